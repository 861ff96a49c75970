"""Reading in a process of its own: limits hold, the next file is read, and nothing but the file is touched."""

import os
import socket
import subprocess
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from annotator.formats import FORMATS
from annotator.formats.isolation import Isolated, Limits
from annotator.records import LayerRecord, Problem
from tests import offline
from tests.builders import by, line, span, write_lines
from tests.formats.articles import DATA, LONG

HTML, JSONL, TEXT = FORMATS["html"], FORMATS["jsonl"], FORMATS["text"]
NEWS = DATA / "news_page.html"


def children():
    return [each for each in psutil.Process().children() if "annotator.formats.isolation" in each.cmdline()]


@pytest.fixture(autouse=True)
def _no_child_is_left():
    assert children() == []
    yield
    assert children() == []


@pytest.fixture
def hanging(tmp_path):
    """A file that a reader waits on for ever: nobody writes into this pipe."""
    path = tmp_path / "hangs.txt"
    os.mkfifo(path)
    return path


def page(path, count):
    path.write_text(f"<html><body><p>{LONG}" + "<p>More of it.</p>" * count)
    return path


def the_problem(found):
    (read,) = found
    assert isinstance(read.found, Problem) and not read.found.note
    return str(read.found)


@pytest.mark.parametrize("options", [{}, {"extraction": "everything"}])
def test_what_comes_out_is_what_the_reader_yields(options):
    with Isolated() as readers:
        assert list(readers.read(HTML, NEWS, options)) == list(HTML.read(NEWS, options))


def test_every_kind_of_record_comes_through_whole(tmp_path):
    layer = line("Officials 😀 denied it.\r\n", span(0, 9, id="one", score=0.5, parts=[{"role": "cue", "start": 1, "end": 2}]),
                 annotator=by("Ana"), meta={"title": "T"}, relations=[{"type": "x", "from": "one", "to": "one"}])  # fmt: skip
    labels = {"schema": "source-annotator/1", "labels": [{"key": "hedge", "colour": "red"}]}
    path = write_lines(tmp_path / "in.jsonl", [labels, layer, layer | {"unknown": 1}, {"text": 7}])
    with Isolated() as readers:
        found = list(readers.read(JSONL, path))
    assert found == list(JSONL.read(path))
    assert len({type(each.found) for each in found}) == 3


def test_one_process_reads_file_after_file():
    with Isolated() as readers:
        list(readers.read(HTML, NEWS))
        (first,) = children()
        for _ in range(3):
            list(readers.read(HTML, NEWS))
        assert children() == [first]


def test_a_file_that_takes_too_long_is_a_problem_and_the_next_one_is_read(hanging):
    with Isolated(Limits(seconds=0.3)) as readers:
        assert the_problem(readers.read(TEXT, hanging)) == "hangs.txt: took longer than 0.3 s to read"
        assert children() == []
    with Isolated(Limits(seconds=20)) as readers:
        assert isinstance(list(readers.read(HTML, NEWS))[-1].found, LayerRecord)


def test_a_reader_that_computes_too_long_is_ended_by_the_system_even_while_nobody_looks(tmp_path):
    path = page(tmp_path / "long.html", 1_500_000)
    with Isolated(Limits(seconds=0.01)) as readers:
        list(readers.read(TEXT, NEWS))
        (child,) = children()
        found = list(
            readers.read(HTML, path, cancelled=lambda: os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT) is None)
        )
    assert "took longer than 0.01 s" in the_problem(found)


def test_a_file_that_needs_too_much_memory_is_a_problem_and_the_next_one_is_read(tmp_path):
    path = page(tmp_path / "large.html", 2_000_000)
    with Isolated(Limits(memory=300 << 20)) as readers:
        assert the_problem(readers.read(HTML, path)) == "large.html: needs more memory than 300 MB"
        assert isinstance(list(readers.read(HTML, NEWS))[-1].found, LayerRecord)


def test_a_file_that_holds_too_much_text_is_a_problem_and_the_next_one_is_read(tmp_path):
    path = tmp_path / "much.txt"
    path.write_text(LONG * 20_000)
    with Isolated(Limits(output=1 << 20)) as readers:
        assert the_problem(readers.read(TEXT, path)) == "much.txt: holds more text than 1 MB"
        assert isinstance(list(readers.read(HTML, NEWS))[-1].found, LayerRecord)


def test_a_reader_that_dies_is_a_problem_and_the_next_file_is_read(hanging):
    with Isolated() as readers:
        list(readers.read(TEXT, NEWS))
        (child,) = children()
        killer = threading.Timer(0.2, child.kill)
        killer.start()
        assert the_problem(readers.read(TEXT, hanging)) == "hangs.txt: its reader crashed: the file may be damaged"
        killer.join()
        assert isinstance(list(readers.read(HTML, NEWS))[-1].found, LayerRecord)


def test_one_that_died_between_two_files_is_a_problem_of_the_next_alone():
    with Isolated() as readers:
        list(readers.read(TEXT, NEWS))
        (child,) = children()
        child.kill()
        child.wait()
        assert "crashed" in the_problem(readers.read(HTML, NEWS))
        assert isinstance(list(readers.read(HTML, NEWS))[-1].found, LayerRecord)


def test_cancelling_ends_the_process_and_yields_no_more(hanging):
    calls = iter([False, False, False, True])
    with Isolated() as readers:
        assert list(readers.read(TEXT, hanging, cancelled=lambda: next(calls))) == []
        assert children() == []


def test_the_process_ends_when_the_one_that_asked_is_killed(hanging):
    code = (
        "import sys; from pathlib import Path; from annotator.formats import FORMATS; from annotator.formats.isolation import Isolated\n"
        "with Isolated() as readers:\n"
        "    list(readers.read(FORMATS['text'], Path(sys.argv[2])))\n"
        "    print('ready', flush=True)\n"
        "    list(readers.read(FORMATS['text'], Path(sys.argv[1])))"
    )
    asking = subprocess.Popen([sys.executable, "-c", code, hanging, NEWS], stdout=subprocess.PIPE, text=True)
    with asking:
        assert asking.stdout.readline() == "ready\n"
        (child,) = psutil.Process(asking.pid).children()
        asking.kill()
    _gone, alive = psutil.wait_procs([child], timeout=60)
    assert alive == []


def test_closing_what_is_read_before_its_end_ends_the_process(tmp_path):
    path = write_lines(tmp_path / "in.jsonl", [line(f"Text {number}") for number in range(1000)])
    with Isolated() as readers:
        with closing(readers.read(JSONL, path)) as found:
            assert next(found).found.text == "Text 0"
            assert len(children()) == 1
        assert children() == []
        assert len(list(readers.read(JSONL, path))) == 1000


def test_a_file_that_is_not_there_is_the_system_s_error_and_costs_no_process(tmp_path):
    with Isolated() as readers:
        with pytest.raises(FileNotFoundError) as raised:
            list(readers.read(TEXT, tmp_path / "none.txt"))
        assert raised.value.strerror == "No such file or directory"
        assert raised.value.filename.endswith("none.txt")
        assert len(children()) == 1


def test_half_a_character_in_a_record_is_a_problem_of_its_file(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(
        '{"schema":"source-annotator/1","text":"\\ud800"}\n' + '{"schema":"source-annotator/1","text":"x"}\n'
    )
    with Isolated() as readers:
        bad, good = readers.read(JSONL, path)
    assert "half a character" in bad.found.what
    assert good.found.text == "x"


def test_a_module_in_the_current_folder_is_not_taken_for_a_library(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lxml.py").write_text("raise SystemExit('taken')")
    (tmp_path / "page.html").write_bytes(NEWS.read_bytes())
    with Isolated() as readers:
        found = list(readers.read(HTML, Path("page.html")))
    assert isinstance(found[-1].found, LayerRecord)


def test_a_fault_of_ours_is_told_as_one_and_the_next_file_is_read(tmp_path, monkeypatch):
    (tmp_path / "trafilatura.py").write_text("raise ImportError('Secret Source')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Isolated() as readers:
        what = the_problem(readers.read(HTML, NEWS))
        assert isinstance(list(readers.read(TEXT, NEWS))[-1].found, LayerRecord)
    assert (
        "its reader failed, which is a fault of this program: please report it (ImportError in trafilatura.py" in what
    )
    assert "Secret" not in what


# --- Nothing is fetched, nothing else is touched ------------------------------------------------


@pytest.mark.parametrize(
    "doing",
    [
        "import socket; socket.socket()",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "import os; os.remove(__file__)",
        "open('new', 'w')",
        "import pathlib; pathlib.Path('new').write_text('x')",
        "import os; os.mkdir('new')",
    ],
)
def test_a_reader_may_not_reach_out(tmp_path, doing):
    code = f"from annotator.formats.isolation import confine\nconfine(1 << 30)\ntry:\n    {doing}\nexcept OSError as error:\n    print(error)"
    script = tmp_path / "script.py"
    script.write_text(code)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert "a reader may not do this" in done.stdout
    assert list(tmp_path.iterdir()) == [script]


@pytest.fixture
def server():
    """A server on this machine, and the paths that somebody asked it for."""
    hits = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    with offline.unguarded():
        running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running.server_address[1], hits
    running.shutdown()
    running.server_close()
    thread.join()


REMOTE = """<!DOCTYPE html [<!ENTITY % all SYSTEM "http://HOST/entity"> %all; <!ENTITY file SYSTEM "file:///etc/passwd">]>
<html manifest="http://HOST/manifest"><head><base href="http://HOST/">
<link rel="stylesheet" href="http://HOST/style.css"><link rel="canonical" href="http://HOST/story">
<meta http-equiv="refresh" content="0; url=http://HOST/refresh"><meta property="og:image" content="http://HOST/og.png">
<script src="http://HOST/script.js"></script><script>fetch("http://HOST/fetch")</script>
<style>@import "http://HOST/import.css"; body { background: url(http://HOST/back.png) }</style></head>
<body onload="fetch('http://HOST/onload')"><article><h1>Head &file;</h1><img src="http://HOST/image.png" srcset="/two.png 2x">
<iframe src="http://HOST/frame"></iframe><object data="http://HOST/object"></object><video src="http://HOST/v.mp4"></video>
<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="http://HOST/svg.png"/><use href="http://HOST/use.svg#a"/></svg>
<p>LONG</p></article></body></html>"""


@pytest.mark.parametrize("extraction", ["article", "precise", "everything"])
@pytest.mark.parametrize("is_isolated", [True, False])
def test_nothing_that_a_page_names_is_fetched(tmp_path, server, extraction, is_isolated):
    port, hits = server
    path = tmp_path / "page.html"
    path.write_text(REMOTE.replace("HOST", f"127.0.0.1:{port}").replace("LONG", LONG * 4))
    with Isolated() as readers:
        read = readers.read if is_isolated else lambda wanted, *arguments: wanted.read(*arguments)
        *_, layer = (each.found for each in read(HTML, path, {"extraction": extraction}))
    assert LONG.strip() in layer.text
    assert "root:" not in layer.text and "fetch(" not in layer.text
    assert hits == []
    # It would have been counted.
    with offline.unguarded(), closing(socket.create_connection(("127.0.0.1", port))) as probe:
        probe.sendall(b"GET /probe HTTP/1.0\r\n\r\n")
        probe.recv(1)
    assert hits == ["/probe"]
