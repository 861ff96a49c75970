import subprocess
import sys


def test_importing_the_text_module_loads_neither_qt_nor_anything_heavy() -> None:
    program = "import sys, annotator.text; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in answer.stdout.split()}
    assert not loaded & {"PySide6", "charset_normalizer", "numpy", "regex", "sentencex", "sqlmodel"}
