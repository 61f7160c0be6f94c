"""Writes scalars.txt, quantities.txt and documents.txt, whose meaning is asked of Go libraries.

Run it without arguments. The lists at the top are traps found by reading the Go sources and by
accidents in real manifests: add new ones there. The rest are combinations, so that each part of a
number is tried beside each other; as many are taken as it needs to reach the round totals.
"""

import json
from collections.abc import Iterator
from itertools import chain, product, zip_longest
from pathlib import Path

SCALARS = 1000
QUANTITIES = 300

WORDS = """
y Y yes Yes YES yEs yES n N no No NO nO on On ON oN off Off OFF oFF true True TRUE tRUE truE
false False FALSE fALSE ~ null Null NULL nULL nil Nil NIL none None undefined t f T F o O
""".split()

INTEGERS = """
0 1 -1 +1 -0 +0 00 007 0777 08 09 0o777 0O17 0o8 0o 0O 0o-7 -017 +017 -0o17 -08 1_000 1__0 1_ _1
-_1 +_1 1_000_ 0x1F 0X1f 0xg 0x 0x_1F 0_x1F -0x1f +0x1F 0x-1 0x1_F 0b101 0B101 0b 0b2 0b_1 -0b101
+0b101 0b+101 0b-101 0B+1 -0b+1 -0b-1 +0b+1 0b+ 0b+2 0b1_0 0_b1 1a a1 12ab 9223372036854775807
9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551615
18446744073709551616 +9223372036854775807 +9223372036854775808 +18446744073709551615
0x7fffffffffffffff 0x8000000000000000 0xffffffffffffffff 0x10000000000000000 -0x8000000000000000
-0x8000000000000001 01777777777777777777777 02000000000000000000000 0o1777777777777777777777
0o2000000000000000000000 0755 0644 0400 0600 256 420 511 8080 65535 65536 2147483648 -- ++1 +-1
--1 1- 1+ 1-1 1+1 123456789012345678901234567890 00000000000000000000000000001
""".split()
INTEGERS += [f"0b{'1' * 63}", f"0b{'1' * 64}", f"0b1{'0' * 64}", f"-0b1{'0' * 63}", "9" * 400]
INTEGERS += [f"0b+{'1' * 63}", f"0b+1{'0' * 63}", f"0b-1{'0' * 63}", f"0b-1{'0' * 62}1"]

FLOATS = """
1.0 1.1 1.10 0.1 -0.0 +0.0 .5 5. . .. ... .5. 5.5.5 -.5 +.5 -5. -. +. 1e3 1E3 1e+3 1e-3 1e 1e+ e3
1.e3 .5e3 .e3 -1e3 +1e3 1e400 -1e400 1e-400 -1e-400 1e308 1.8e308 1.7976931348623157e308
1.7976931348623159e308 5e-324 2e-324 123e4 12e03 12e-03 1_0.5 1_0.5_0 1_e3 1e_3 1._5 .5_0 .5_ ._5
.5__0 .5e1_0 .5e_1 .5_e1 .5e1_ .5e400 .5e-400 0.5_ _.5 0x1p4 0x1.8p1 .5p3 0x.8p1 1d3 1f 1.0f 1e3.5
1,000 1,5 .inf .Inf .INF .iNF .infinity .Infinity +.inf +.Inf +.INF -.inf -.Inf -.INF -.iNF .nan
.NaN .NAN .Nan +.nan -.NaN inf Inf INF -inf +Inf infinity -Infinity nan NaN NAN 08.5 09e1 00.5
0777.5 01e3 100000.0 1000000.0 123456.7 1234567.8 0.0001 0.00001 1e5 1e6 1e7 1e-4 1e-5 1e38 3.4e38
3.5e38 1e39 -1e39 1e-45 1e-46 16777217.0 33554433.5 0.30000000000000004 3.14159265358979 1e15 1e16
1e20 1e21 1e22 1e23 123456789.0 123456789012345680000.0 1.5e300
""".split()

NOT_NUMBERS = """
22:22 1:2:3 1:30 -1:30 190:20:30 190:20:30.15 0:0 80:80 8080:80/tcp 127.0.0.1:80:80 53:53/udp
2024-01-01 2024-1-1 2024-13-01 2024-01-32 24-01-01 20240101 2024-01-01T00:00:00Z 2024-01
2024-01-01t00:00:00z 2024-01-01T00:00:00+02:00 2024-01-01T00:00:00.123456789Z 2024-01-01T25:00:00Z
2001-12-14t21:59:43.10-05:00 12:30:45 1.2.3 1.2.3-rc.1 1.2.3+build v1 v1.2.3 V2 20250101 1.29 1.30
1.31.0 3.9 3.10 3.10-alpine 1.0.0 0.1.0 2.0 10.0 10.0.0.1 127.0.0.1 0.0.0.0 0.0.0.0/0 10.0.0.0/8
::1 fe80::1 00:1A:2B:3C:4D:5E 1e10 12e34 7e8a1b2 1234567 0012345 1e1234567 6e99999 9e12345 123e456
5e2 123e10 00e1 deadbeef 0xdeadbeef e1e1e1 1E400000 0e0 0e9 < << <<< = == <= =1 $ $HOME ${X} $(X)
a Hello hello-world hello_world kebab-case snake_case CamelCase latest stable nginx nginx:1.25
nginx:latest docker.io/library/nginx:1.25.3 nginx@sha256:abc registry:5000/app:1.0 a/b /bin/sh
/etc/ssl ./run ../up .hidden .env .5m -x --flag -O2 -c -1x +x a=b A=1 KEY=1 a:b a::b a#b a,b a.b
a\\b a'b a"b it's C:\\dir C:/dir http://example.org https://example.org/?q=1&r=2#top
me@example.org user:password ssh://git@example.org:22/x.git 50% 500m 0.5Gi 128Mi 1Gi 10s 1h30m 5m
1k 1K 100n 1e3Mi * ** *.js */5 1*2 (x) x] x} ^x ~x ~/x ~1 yes! no? on1 off_ nullx null1 truex ntrue
é ñandú 日本 ١٢٣ １２ ½ ² ∞ −1 naïve 😀 y̆ +é -é .é 0é 1\u00a0 \u00a01 1\u2003 apps/v1 v1beta1 true.
true, false; null: Y2K N/A No1 OnOff 1st 2nd 3D 4xx 5xx 0day 1password 7zip 404 500 0.0 1.00 01.10
ab-c0de0fface 1234abcd 00000000-0000-0000-0000-000000000000 @x `x %x &x !x |x >x ]x }x 'x "x
""".replace("null:", "null:x").split()
NOT_NUMBERS += ["hello world", "yes please", "1 2", "1 000", "- 1", "2024-01-01 00:00:00", "=  x"]
NOT_NUMBERS += ["2001-12-14 21:59:43.10 -5", "y n", "null null", "0 0 * * *", "*/5 * * * *", "-1 0"]
NOT_NUMBERS += [
    "5 # five",
    "yes # sure",
    "# nothing",
    "5 #",
    "5# five",
    "a: b",
    "5:",
    "~ ",
    "",
    " ",
]

ESCAPED = [
    r'"\x31"', r'"\u0031"', r'"\t1"', r'"1\n"', r'"\0"', r'"\e"', r'"\\1"', r'"\"1\""', r'"\/"',
    r'"\N\_\L\P"', r'"\U0001F600"', r'"\ud83d"', r'"\q"', r'"\x3"', "'it''s'", "'a\\nb'", "''''",
    '"', "'", "''", '""', "' '", '" "', "'1' ", "'1' # one", "'1' 2",
]  # fmt: skip

TAGS = ["str", "int", "float", "bool", "null"]
TAGGED = """
1 "1" '1' 1.0 "1.0" 1e3 yes "yes" y No "" '' ~ null "null" Null x 0x1F 0o17 017 08 0b101 0b+1 1_000
.inf .nan 1e400 2024-01-01 "2024-01-01" 18446744073709551615 9223372036854775807 << ٣
9223372036854775808 -1 +1.5
""".split()
OTHER_TAGS = """
!x !!x !!binary !!timestamp !!merge !!seq !!map ! !<tag:yaml.org,2002:int> !<tag:yaml.org,2002:str>
!<!x>
""".split()

AMOUNTS = """
500m 0.5 .5 5. . 1 0 -0 +0 00 007 1k 1K 1Ki 1ki 1KI 1Mi 1mi 1M 1m 1.5Gi 512M 512m 1e3 1E3 1e+3 1E-3
1e-3 1E 1Ei 1e 1ei 1EI 100u 100U 10n 10N 1_000 1,000 -1 +1 -500m +500m -1Gi +-1 --1 1- 1+ 1+5 1-5
0x10 0b1 0o7 12e6Mi 12e6M 12Mi6 1e3e3 1ee3 1e+ 1e- 1e+-3 1e03 1E00 1e0 12e6 12E6 1.5e3 1.5E 1.5e
0.1n 0.9n 1.1n 0.0001u 0.00000000001 -0.1n -1.1n 1e-9 1e-10 1e-100 -1e-10 0e-10 0.0e-12 0n 0Ki 0Ei
+ - +. -. Ki Mi Gi Ti Pi Ei k m n u M G T P E e e3 e-9 e-10 e-3 E-10 +e-10 .e-10 .e-9 .Ki .Pi .Ei
+Ki -Ki +Pi -Ei +m e+3 .m i 1i Kim 1Kim 1kk 1mm 1Gii 1GB 1MB 1KB 1kB 1Kb 1b 1B 1Gib 1GiB 1g 1gi 1t
1T 1P 1Ti 1Pi 7Ei 8Ei 9Ei 100Ei -8Ei -9Ei 7.9Ei 8.1Ei 8191Pi 8192Pi 9223372036854775807
9223372036854775808 -9223372036854775808 9223372036854775807Ki 9223372036854775807k 9E 10E 100E
1000E 1e18 1e19 1e30 1e100 123456789012345678 1234567890123456789 12345678901234567890.123456789
0.123456789 0.1234567891 0.1234567890 1.000000000 1.0000000001 1234567890.1234567890
0.1Ki 0.5Ki 0.001Ki .5Ki 5.Ki 0.3Gi 1.1Mi 2.5Ti 0.0000000001Ki 1.23456789Ei 1. .0 0. 0.0 00.50 .00
1.5.5 1..5 ..5 1.2.3Gi inf nan Inf NaN .inf true null ~ one 1one 1/2 50% ½ １ ١ 1é é1 1µ 1Кi $1
0000000001Ki 0000Pi 000000000000000000000001 0.000000000000000000001 0.000000000000000000000
1024 1024Mi 2048Ki 1000m 1500m 100m 250m 64Mi 128Mi 256Mi 512Mi 1Gi 2Gi 4Gi 10Gi 100Gi 1.5 2.5 0.25
0.1 0.01 0.001 1e6 1e9 128e6 129e6 129M 123Mi 128974848 128974848000m
""".split()
AMOUNTS += ["", " ", " 1", "1 ", "1 Gi", "1\t", "\t1", "- 1", "1 e3", "1\u00a0Gi", "'1'", '"1Gi"']
AMOUNTS += ["9" * 100, "0." + "9" * 100, "9" * 100 + "Mi", "9" * 30 + "e-20", "0" * 100 + "1m"]

# What stands where a scalar is expected: colons, #, ?, - and quotes, each in each place.
WRITTEN = r"""
a
redis:6379
--broker=redis:6379
http://x/y
http://x/?a=b
acme/api:1.2
acme/api@sha256:1f
a:
a:b:
a: b
a:b
:a
: a
::
::1
[::1]:80
a:,b
a:#b
a: #b
10:30
#
#a
a#b
a #b
?
?a
? a
a?
a?b
a ?b
a?:
-
-a
- a
--
a-
a -b
-:
-?
-#
'a'
'a:b'
'a?'
'a' #b
'a'#b
'a' b
'a':1
'a': 1
'it''s'
"a"
"a:b"
"a?"
"a"#b
"a":1
"a": 1
"\/"
"\'"
"\q"
"a\"b"
a'b
a"b
a,b
{a:}
{a:1}
{'a':1}
["a":1]
[y:]
[y:, z]
{? a}
!x a
!x,
!x, a
!x ,
!!str 1
!!str, 1
!<x>,
*/5
%a
@a
`a
|a
>a
a|b
a>b
"""
PLACES = [
    "v: {}",
    "v:\n- {}",
    "v:\n  {}: 1",
    "v: [{}]",
    "v: [x, {}, y]",
    "v: {{k: {}}}",
    "v: {{{}: 1}}",
]
DOCUMENTS = """
v: |
  a: b #c
  - ? 'd'
---
v: >-
  a: b
  #c

  ?d
---
v: a
  b:c
  #d
---
v: a
  b: c
---
v: 'a
  b:c #d'
---
v: "a\\
  b: #c"
---
v: [a
  b?c, d]
---
v: {a: b,
  'c':d}
---
v: 1
'a':1
---
v:
  'a':1
  b: 2
---
v: 1
"a":1
w: 2
---
a: &a {p: 1}
v: {<<: *a}
---
a: &a {p: 1}
v: {! <<: *a}
---
a: &a {p: 1}
v: {!!merge <<: *a}
---
v: {!!str <<: 1}
---
v: {!x <<: 1}
---
v: {'<<': 1}
---
v: [a?]
v: 1
---
v: "\\/"
v: 1
---
v: .inf
v: 1
""".strip().split("\n---\n")
DOCUMENTS += [f"%YAML {version}\n---\nv: 1" for version in ("1.0", "1.1", "1.2", "1.3", "2.0")]
DOCUMENTS += [
    "'a':1",
    "v: 1\r\nw: [a:b]",
    "v: [é:ü, 日本:1, 😀?]",
    "v: é\x85w: [x?]",
    "v: é\u2028w: [x:]",
]


def more_scalars() -> Iterator[str]:
    """Traps again, in quotes; and signs, bodies and exponents, each with each."""
    signs = ["", "-", "+"]
    bodies = ["0", "7", "010", "0.", ".25", "1.50", "1_2.3", "0x2", "0b11", "0o3", "_4", "9__9"]
    exponents = ["", "e2", "E+2", "e-2", "e", "e5_", "e999"]
    numbers = ["".join(parts) for parts in product(signs, exponents, bodies)]
    plain = [text for text in [*WORDS, *INTEGERS, *FLOATS] if not set(text) & set("'\"\\")]
    # Not all of them, as there are only so many lines: each style gets every fourth text.
    singles, doubles = [f"'{text}'" for text in plain[::4]], [f'"{text}"' for text in plain[2::4]]
    for texts in zip_longest(singles, doubles, numbers[::2], numbers[1::2]):
        yield from filter(None, texts)


def more_quantities() -> Iterator[str]:
    """Numbers and suffixes, each with each."""
    suffixes = ["n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    return (
        number + suffix for suffix, number in product(suffixes, ["3", "-2.5", "+0.7", "1.23456"])
    )


def first(count: int, texts: Iterator[str]) -> list[str]:
    """As many different texts as asked for."""
    unique = list(dict.fromkeys(texts))
    if len(unique) < count:
        raise SystemExit(f"only {len(unique)} of {count} texts")
    return unique[:count]


def main() -> None:
    """Write the files beside this one."""
    tagged = [f"!!{tag} {text}" for tag, text in product(TAGS, TAGGED)]
    tagged += [f"{tag} {text}" for tag, text in product(OTHER_TAGS, ["5", '"5"', "yes", "x"])]
    traps = [*WORDS, *INTEGERS, *FLOATS, *NOT_NUMBERS, *ESCAPED, *tagged]
    write("scalars.txt", first(SCALARS, chain(traps, more_scalars())))
    write("quantities.txt", first(QUANTITIES, chain(AMOUNTS, more_quantities())))
    placed = [place.format(text) for text in WRITTEN.strip().split("\n") for place in PLACES]
    # A document may have several lines: each is written as JSON.
    write("documents.txt", [json.dumps(f"{text}\n") for text in [*placed, *DOCUMENTS]])


def write(name: str, texts: list[str]) -> None:
    """One text a line."""
    path = Path(__file__).with_name(name)
    path.write_text("".join(text + "\n" for text in texts), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
