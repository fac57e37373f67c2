"""Fonts: gathered from packages, whole, and only those we mean."""

from pathlib import Path

import pymupdf_fonts
import pytest

from certificates import fonts


def test_the_packages_give_three_families(tmp_path: Path) -> None:
    """Serif, sans and FiraGO are found, and nothing that only this machine has."""
    gathered = fonts.gather(tmp_path / "made" / "here")
    assert set(gathered.families()) == {"Source Serif Pro", "Source Sans Pro", "FiraGO"}
    assert len(gathered.fonts()) == 6


def test_further_folders_are_searched(tmp_path: Path) -> None:
    """An administrator's own folder adds its fonts."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "any.ttf").write_bytes(pymupdf_fonts.myfont("notos"))
    assert "Noto Sans" in fonts.gather(tmp_path / "cache", [own]).families()


def test_a_folder_that_is_not_there_does_no_harm(tmp_path: Path) -> None:
    """A machine without the Noto folders still prints."""
    assert len(fonts.gather(tmp_path, [tmp_path / "missing"]).fonts()) == 6


def test_half_a_font_is_mended(tmp_path: Path) -> None:
    """A file cut short, as by a full disk, is written again; whole files are left alone."""
    fonts.gather(tmp_path)
    cut, whole = sorted(tmp_path.iterdir())[:2]
    data, before = cut.read_bytes(), whole.stat().st_mtime_ns
    cut.write_bytes(data[:1000])
    fonts.gather(tmp_path)
    assert cut.read_bytes() == data
    assert whole.stat().st_mtime_ns == before
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("letter", "package"),
    [("த", "fonts-noto-core"), ("李", "fonts-noto-cjk"), ("한", "fonts-noto-cjk"), ("🦄", None), ("★", None)],
)
def test_an_administrator_learns_which_package_helps(letter: str, package: str | None) -> None:
    """Letters have a package; emoji and signs have none, and none is promised."""
    assert fonts.package_for(letter) == package
