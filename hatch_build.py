"""What a package index is told: README with links that work there, and where the repository is."""

import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

RELATIVE = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#)([^)\s]+)\)")


class IndexPage(MetadataHookInterface):
    """Fills in `readme` and `urls` from README.md and the address of the repository, if it has one."""

    def update(self, metadata: dict) -> None:
        repository, tag = self.config["repository"].rstrip("/"), f"v{metadata['version']}"
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": index_page(text, repository, tag)}
        if repository:
            metadata["urls"] = {
                "Repository": repository,
                "Issues": f"{repository}/issues",
                "Changelog": f"{repository}/blob/{tag}/CHANGELOG.md",
            }


def index_page(readme: str, repository: str, tag: str) -> str:
    """`readme` for readers without a clone: links lead to `repository`; where that is "", they are words."""

    def elsewhere(link: re.Match) -> str:
        picture, words, path = link.groups()
        if not repository:
            return "" if picture else words
        kind = "raw" if picture else "blob"
        return f"{picture}[{words}]({repository}/{kind}/{tag}/{path})"

    return RELATIVE.sub(elsewhere, readme)
