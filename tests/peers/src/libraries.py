"""Reads Intel HEX files with one Python library: `python -c SCRIPT LIBRARY SECONDS FILE...`

The first line of output is the library's version. Then one line for each file, the fields
separated by tabs: `read`, the memory, warnings; or `refused`, why; or `crashed`, why.
"""

import contextlib
import io
import platform
import signal
import sys
import warnings


class TooLong(BaseException):
    """Not an Exception: no library may take it for one of its own."""


def stop(signum, frame):
    raise TooLong()


def intelhex(name):
    memory = IntelHex()
    memory.loadhex(name)
    return [(address, memory.tobinarray(start=address, end=end - 1)) for address, end in memory.segments()]


def bincopy(name):
    memory = BinFile()
    memory.add_ihex_file(name)
    return [(segment.address, segment.data) for segment in memory.segments]


def one_line(what):
    return " ".join(str(what).split())


def read(name):
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said), warnings.catch_warnings():
        warnings.simplefilter("always")
        segments = load(name)
    memory = ",".join("%X=%s" % (address, bytes(data).hex()) for address, data in segments)
    return ["read", memory, one_line(said.getvalue())]


def answer(name):
    signal.alarm(seconds)
    try:
        return read(name)
    except TooLong:
        return ["crashed", "killed after %d s" % seconds]
    except (MemoryError, RecursionError) as error:
        return ["crashed", type(error).__name__]
    except Exception as error:
        return ["refused", one_line(error)]
    finally:
        signal.alarm(0)


library, seconds = sys.argv[1], int(sys.argv[2])
if library == "intelhex":
    from intelhex import IntelHex
    from intelhex.__version__ import version_str as version

    load = intelhex
else:
    from bincopy import BinFile, __version__ as version

    load = bincopy
signal.signal(signal.SIGALRM, stop)
print("%s, Python %s" % (version, platform.python_version()))
for name in sys.argv[3:]:
    print("\t".join(answer(name)), flush=True)
