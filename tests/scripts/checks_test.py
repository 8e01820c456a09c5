#!/usr/bin/env python3
"""Every check must fail on a planted violation, or its silence means nothing."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

LONG_FUNCTION = "int f(int a) {\n" + "  a += 1;\n" * 59 + "  return a;\n}\n"
FITTING_FUNCTION = "int f(int a) {\n" + "  a += 1;\n" * 57 + "  return a;\n}\n"


class Checks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run_check(self, check):
        return subprocess.run(
            [ROOT / "scripts" / check, "--root", self.root], capture_output=True, text=True
        )

    def assert_finds(self, check, where, what):
        result = self.run_check(check)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn(where, result.stdout + result.stderr)
        self.assertIn(what, result.stdout + result.stderr)

    def assert_passes(self, check):
        result = self.run_check(check)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


class Layers(Checks):
    def test_an_include_against_the_order(self):
        self.plant("stack/tcp/tcb.h", "")
        self.plant("stack/base/ring.h", '#pragma once\n#include "stack/tcp/tcb.h"\n')
        self.assert_finds("check-layers", "stack/base/ring.h:2", "base may not include tcp")

    def test_the_runtime_in_the_core(self):
        self.plant("stack/runtime/socket.h", "")
        self.plant("stack/stack.cc", '#include "stack/runtime/socket.h"\n')
        self.assert_finds("check-layers", "stack/stack.cc:1", "face may not include runtime")

    def test_a_path_that_is_not_from_the_root(self):
        self.plant("stack/tcp/seq.h", "")
        self.plant("stack/tcp/tcb.h", '#include "seq.h"\n')
        self.assert_finds("check-layers", "stack/tcp/tcb.h:1", "write the path from the root")

    def test_an_include_that_points_up_within_a_program(self):
        self.plant("apps/tcpdrill/run/host.h", "")
        self.plant("apps/tcpdrill/language/lexer.h", '#include "apps/tcpdrill/run/host.h"\n')
        self.assert_finds("check-layers", "apps/tcpdrill/language/lexer.h:1", "points up")

    def test_a_folder_that_the_order_does_not_know(self):
        self.plant("apps/tcpdrill/misc/x.h", "")
        self.assert_finds("check-layers", "apps/tcpdrill/misc/x.h:1", "no place in the table")

    def test_an_include_that_points_up_within_tcp(self):
        for above, below in (
            ("connections/layer", "arrives"),
            ("arrives", "send/output"),
            ("send/output", "loss/recovery"),
            ("loss/recovery", "congestion/reno"),
            ("congestion/reno", "receive/window"),
            ("receive/window", "agreed/mss"),
            ("agreed/mss", "seq"),
        ):
            with self.subTest(f"{below} -> {above}"):
                self.plant(f"stack/tcp/{above}.h", "")
                self.plant(f"stack/tcp/{below}.cc", f'#include "stack/tcp/{above}.h"\n')
                self.assert_finds("check-layers", f"stack/tcp/{below}.cc:1", "points up")
                self.plant(f"stack/tcp/{below}.cc", "")
                self.plant(f"stack/tcp/{above}.cc", f'#include "stack/tcp/{below}.h"\n')
                self.plant(f"stack/tcp/{below}.h", "")
                self.assert_passes("check-layers")

    def test_an_include_in_angle_brackets(self):
        self.plant("stack/tcp/tcb.h", "")
        self.plant("stack/base/ring.h", "#include <stack/tcp/tcb.h>\n")
        self.assert_finds("check-layers", "stack/base/ring.h:1", "base may not include tcp")

    def test_the_tcb_composes_leaves_and_nothing_else(self):
        self.plant("stack/tcp/loss/sent.h", "")
        self.plant("stack/tcp/loss/recovery.h", "")
        self.plant("stack/tcp/tcb.h", '#include "stack/tcp/loss/sent.h"\n')
        self.assert_passes("check-layers")
        self.plant("stack/tcp/tcb.h", '#include "stack/tcp/loss/recovery.h"\n')
        self.assert_finds("check-layers", "stack/tcp/tcb.h:1", "points up")

    def test_a_leaf_that_knows_the_tcb(self):
        self.plant("stack/tcp/loss/sent.h", "// the Tcb has these\nvoid f(Tcb& tcb);\n")
        self.assert_finds("check-layers", "stack/tcp/loss/sent.h:2", "may not know a Tcb")

    def test_an_unknown_layer(self):
        self.plant("stack/misc/x.h", "")
        self.assert_finds("check-layers", "stack/misc/x.h:1", "not in the table")

    def test_a_clock_in_the_core(self):
        self.plant("stack/ip/receive.cc", "auto t = std::chrono::steady_clock::now();\n")
        self.assert_finds("check-layers", "stack/ip/receive.cc:1", "no clock")

    def test_threads_asio_and_system_headers_in_the_core(self):
        for header in ("thread", "mutex", "boost/asio.hpp", "sys/socket.h", "spdlog/spdlog.h"):
            with self.subTest(header):
                self.plant("stack/udp/udp.cc", f"#include <{header}>\n")
                self.assertEqual(self.run_check("check-layers").returncode, 1)

    def test_what_is_allowed(self):
        self.plant("stack/base/ring.h", "// no steady_clock here\n")
        self.plant("stack/tcp/tcb.h", '#include "stack/base/ring.h"\n// #include "stack/sim/x.h"\n')
        self.plant("stack/runtime/socket.h", "#include <boost/asio.hpp>\n#include <thread>\n")
        self.plant("tests/tcp/x_test.cc", '#include "stack/tcp/tcb.h"\n')
        self.assert_passes("check-layers")


class Dialect(Checks):
    def test_what_the_dialect_leaves_out(self):
        for what, text in {
            "a template": "template <class T> T f(T);",
            "a macro": "  #define X 1",
            "an exception": "void f() { throw 1; }",
            "a lambda": "auto f = [&](int a) { return a; };",
            "a virtual function": "struct A { virtual void f(); };",
            "inheritance": "struct A : B {};",
        }.items():
            with self.subTest(what):
                self.plant("stack/tcp/x.cc", text + "\n")
                self.assert_finds("check-dialect", "stack/tcp/x.cc:1", what)

    def test_lambdas_in_all_forms(self):
        for text in ("g([] { return 1; });", "return [x](int) {};", "auto f = [=, &y]() {};"):
            with self.subTest(text):
                self.plant("stack/tcp/x.cc", text + "\n")
                self.assert_finds("check-dialect", "stack/tcp/x.cc:1", "a lambda")

    def test_what_is_allowed(self):
        self.plant(
            "stack/tcp/x.cc",
            "// throw, try and [](int) {}\n"
            'const char* s = "template <virtual>";\n'
            "[[nodiscard]] bool f();\nenum class E : char {};\n"
            "void g() {\n  for (auto [a, b] : map) { t[a](b); }\n}\n"
            "class Reno final : public CongestionControl {};\n",
        )
        self.plant("stack/tcp/congestion/congestion.h", "virtual void f() = 0;\n")
        self.plant("stack/base/ring.h", "template <class T> class Ring {};\n")
        self.assert_passes("check-dialect")


class Sizes(Checks):
    def test_a_long_file(self):
        self.plant("stack/tcp/x.cc", "int a;\n" * 401)
        self.assert_finds("check-sizes", "stack/tcp/x.cc:1", "401 lines in the file")

    def test_a_long_function(self):
        self.plant("stack/tcp/x.cc", "namespace t {\nint a = 1;\n" + LONG_FUNCTION + "}\n")
        self.assert_finds("check-sizes", "stack/tcp/x.cc:3", "62 lines in f")

    def test_a_long_member_function(self):
        self.plant("stack/x.h", "class C : public D {\n public:\n" + LONG_FUNCTION + "};\n")
        self.assert_finds("check-sizes", "stack/x.h:2", "lines in f")

    def test_long_functions_of_scripts(self):
        self.plant("scripts/x", "#!/bin/bash\nf() {\n" + "  :\n" * 60 + "}\n")
        self.plant("tests/x_test.py", "def g():\n" + "    pass\n" * 60)
        self.assert_finds("check-sizes", "scripts/x:2", "lines in f")
        self.assert_finds("check-sizes", "tests/x_test.py:1", "lines in g")

    def test_a_reason_allows_it(self):
        self.plant("stack/tcp/x.cc", LONG_FUNCTION)
        self.plant("scripts/size-exceptions.txt", "stack/tcp/x.cc f: one table\n")
        self.assert_passes("check-sizes")

    def test_no_reason_allows_nothing(self):
        self.plant("stack/tcp/x.cc", LONG_FUNCTION)
        self.plant("scripts/size-exceptions.txt", "stack/tcp/x.cc f:\n")
        self.assert_finds("check-sizes", "stack/tcp/x.cc:1", "62 lines in f")

    def test_an_exception_that_is_not_needed(self):
        self.plant("stack/tcp/x.cc", FITTING_FUNCTION)
        self.plant("scripts/size-exceptions.txt", "stack/tcp/x.cc f: one table\n")
        self.assert_finds("check-sizes", "size-exceptions.txt", "short enough now")

    def test_what_is_allowed(self):
        self.plant("stack/tcp/x.cc", FITTING_FUNCTION * 6)
        self.assert_passes("check-sizes")


GRAPH = 'digraph tcp {\n  A -> B [label="rcv SYN\\nsnd ACK", style=dashed];\n}\n'
ARROW = (
    '<g id="edge1" class="edge">\n<title>A&#45;&gt;B</title>\n<path stroke-dasharray="5,2"/>\n'
    "<text>rcv SYN</text>\n<text>snd ACK</text>\n</g>\n"
)


class Figures(Checks):
    def assert_picture_lacks(self, picture, what):
        self.plant("docs/figures/x.dot", GRAPH)
        self.plant("docs/figures/x.svg", picture)
        self.assert_finds("check-figures", "docs/figures/x.svg", what)

    def test_an_arrow_that_is_not_drawn(self):
        self.assert_picture_lacks("<svg/>", "does not show A -> B: rcv SYN snd ACK (dashed)")

    def test_an_arrow_that_is_drawn_with_other_words(self):
        self.assert_picture_lacks(ARROW.replace("ACK", "RST"), "shows A -> B: rcv SYN snd RST")

    def test_an_arrow_that_should_be_dashed(self):
        self.assert_picture_lacks(ARROW.replace("stroke-dasharray", "d"), "does not show A -> B")

    def test_an_arrow_that_the_graph_lacks(self):
        more = ARROW.replace("A&#45;&gt;B", "B&#45;&gt;A")
        self.assert_picture_lacks(ARROW + more, "shows B -> A")

    def test_no_picture(self):
        self.plant("docs/figures/x.dot", GRAPH)
        self.assert_finds("check-figures", "docs/figures/x.svg", "does not show")

    def test_what_is_drawn_as_it_is(self):
        self.plant("docs/figures/x.dot", GRAPH)
        self.plant("docs/figures/x.svg", ARROW)
        self.assert_passes("check-figures")


@unittest.skipUnless(shutil.which("clang-format-19"), "clang-format-19 is missing")
class Format(Checks):
    def test_a_file_that_is_not_formatted(self):
        self.plant("stack/tcp/x.cc", "int   f( ) ;\n")
        self.assert_finds("check-format", "stack/tcp/x.cc:1", "not formatted")

    def test_fixing_it(self):
        self.plant("stack/tcp/x.cc", "int   f( ) ;\n")
        subprocess.run([ROOT / "scripts/check-format", "--fix", "--root", self.root], check=True)
        self.assertEqual((self.root / "stack/tcp/x.cc").read_text(), "int f();\n")
        self.assert_passes("check-format")


if __name__ == "__main__":
    unittest.main()
