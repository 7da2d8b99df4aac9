"""Options of the project's own tests."""


def pytest_addoption(parser):
    parser.addoption("--screenshots", metavar="DIR", help="where tests/browser leave their pictures")
