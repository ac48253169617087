from pathlib import Path

import pytest

from packing import Packer


@pytest.fixture
def packer(tmp_path: Path) -> Packer:
    return Packer(tmp_path)
