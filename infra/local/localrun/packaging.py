"""What the handlers run from locally: the source as it stands, the entry that moves their clock, no dependencies."""

import hashlib
import io
import zipfile
from pathlib import Path

# A fixed time stamp, so that unchanged source makes an unchanged archive and no needless deployment.
_STAMP = (2020, 1, 1, 0, 0, 0)


def source_archive(root: Path) -> tuple[str, bytes]:
    """Return a name that changes with the content, and the zip archive of `functions` and `src/complaints`.

    Libraries come from the environment that the local cloud itself runs in.
    """
    files: dict[str, Path] = {
        "local_entry.py": Path(__file__).with_name("entry.py"),
        "local_entry_clock.py": Path(__file__).with_name("entry_clock.py"),
    }
    for base, folder in ((root, root / "functions"), (root / "src", root / "src" / "complaints")):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                files[path.relative_to(base).as_posix()] = path
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _STAMP), files[name].read_bytes(), zipfile.ZIP_DEFLATED)
    content = buffer.getvalue()
    return f"source-{hashlib.sha256(content).hexdigest()[:16]}.zip", content
