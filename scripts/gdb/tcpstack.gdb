# gdb commands to look at a connection.
#
#   gdb -x scripts/gdb/tcpstack.gdb --args ./build-debug/tcpstack tun0
#
#   transitions   stop at every change of state; the caller is the step of RFC 9293 that made it
#   watch-transitions   print every change of state and its reason, and continue
#   arrivals      stop where a segment enters SEGMENT ARRIVES (section 3.10.7)
#   tcb [EXPR]    the connection block, sequence numbers relative to ISS and IRS (default: tcb)

set breakpoint pending on
set print pretty on
set print static-members off

define transitions
  break tcpstack::tcp::enter
end
document transitions
Stop at every change of a connection's state.
end

define watch-transitions
  break tcpstack::tcp::enter
  commands
    silent
    printf "%s -> %s  %s (%s)\n", tcpstack::tcp::name(tcb.state), tcpstack::tcp::name(to), why.what, why.clause
    continue
  end
end
document watch-transitions
Tell every change of a connection's state with its reason, without stopping.
end

define arrivals
  break tcpstack::tcp::segment_arrives
end
document arrivals
Stop where a segment enters RFC 9293 section 3.10.7.
end

python
import gdb
import gdb.printing


class SeqPrinter:
    """A sequence number as the number it is."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        return str(int(self.value["number_"]))


class AddressPrinter:
    """The IPv4 address in its last four bytes."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        elements = self.value["bytes_"]["_M_elems"]
        return ".".join(str(int(elements[i])) for i in range(12, 16))


class EndpointPrinter:
    def __init__(self, value):
        self.value = value

    def to_string(self):
        return f"{AddressPrinter(self.value['address']).to_string()}:{int(self.value['port'])}"


class TcbCommand(gdb.Command):
    """tcb [EXPRESSION]: a connection block, sequence numbers relative to ISS and IRS."""

    def __init__(self):
        super().__init__("tcb", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        tcb = gdb.parse_and_eval(argument or "tcb")
        if tcb.type.code in (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_REF):
            tcb = tcb.referenced_value()
        state = str(tcb["state"]).rpartition("::")[2]
        print(f"{state}  {tcb['local']} <-> {tcb['remote']}")
        self.print_space("SND", tcb["snd"], "iss", ("una", "nxt", "wl1", "wl2"))
        self.print_space("RCV", tcb["rcv"], "irs", ("nxt",))

    @staticmethod
    def print_space(title, space, origin, names):
        first = int(space[origin]["number_"])
        relative = ((name, int(space[name]["number_"]) - first & 0xFFFFFFFF) for name in names)
        numbers = "  ".join(f"{title}.{name.upper()} {number}" for name, number in relative)
        window = f"{title}.WND {int(space['wnd'])} (shift {int(space['wind_shift'])})"
        print(f"  {origin.upper()} {first}  {numbers}  {window}  MSS {int(space['mss'])}")


printers = gdb.printing.RegexpCollectionPrettyPrinter("tcpstack")
printers.add_printer("Seq", r"^tcpstack::tcp::Seq$", SeqPrinter)
printers.add_printer("Address", r"^tcpstack::Address$", AddressPrinter)
printers.add_printer("Endpoint", r"^tcpstack::Endpoint$", EndpointPrinter)
gdb.printing.register_pretty_printer(None, printers, replace=True)
TcbCommand()
end
