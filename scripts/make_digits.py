"""Write dlcourse/datasets/digits.npz from scikit-learn's copy of the UCI digits. Same bytes every time.

pip install -e '.[bench]' && python scripts/make_digits.py
"""

import io
import zipfile
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

TARGET = Path(__file__).parents[1] / "dlcourse" / "datasets" / "digits.npz"


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, allow_pickle=False)
    return stream.getvalue()


def main() -> None:
    digits = load_digits()
    arrays = {"images": digits.data.astype(np.uint8), "labels": digits.target.astype(np.uint8)}
    with zipfile.ZipFile(TARGET, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # its date is 1980, whenever this runs
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, npy(array), compresslevel=9)


if __name__ == "__main__":
    main()
