"""Makes command lines from the table of options, right ones first, and then spoils them."""

import re

ROW = re.compile(r'OptionRow\{"([^"]+)", (0|\'.\'), (none|required|optional), "([^"]*)",\s*\w+,\s*([^,]+?),\s*FileForm', re.S)
COMMANDS = re.compile(r"commands::(\w+)")
# Names in the table for several of these.
GROUPS = re.compile(r"constexpr Commands (\w+) = ([^;]+);")
CACHE_ACTIONS = {"listing": ["stats", "ls", "runs", "show"], "view": ["view"], "clear": ["clear"], "show": ["show"],
                 "verify": ["verify"], "gc": ["gc"]}

# Values that fit, by how the table calls them.
VALUES = {
    "FILE": ["out.svg", "out.dot", "-", "o.log"], "FORMAT": ["svg", "dot", "png", "pdf", "mermaid", "html"], "NAME": ["title"], "NODE,...": ["total", "rows,total"],
    "N": ["1", "2"], "NAME=VALUE": ["n=3", "engine=fast", "rows=[1,2]", "n=@n.json", "@all.json"], "DIR": ["there", ".hamcell_cache"],
    "B": ["ignore", "disable"], "PROGRAM": ["c++"], "STD": ["c++20", "c++23"], "FLAGS": ["-O1", "-DA=1 -DB='2 3'"], "NAME[=TEXT]": ["A", "B=2"],
    "NODE=FILE": ["total=out.json", "rows=out.csv", "rows=out.cbor"], "LEVEL": ["info", "debug"], "WHEN": ["auto", "always"],
    "SECONDS": ["5"], "SIZE": ["1G"], "AGE": ["30d"], "FROM": ["2"], "NODE": ["total"], "TAG": ["owner", "stage"],
    "VALUE": ["ml", "owner=ml", "owner", "all", "late", "stage=late"], "RUN": ["2", "20"],
}
# Options that answer and leave all others unread.
ANSWERS = ("help", "version", "python-path")
# What one option of a name has in a command that others have not.
OWN_VALUES = {("report", "output"): ["out.html", "-"], ("run", "save-results"): ["all.cbor", "there/all.cbor"]}
# Nothing here, and nothing made of it, leaves the folder that the test made: '/' occurs in these whole words only.
HOSTILE = [
    "", " ", "=", "==", "-", "--", "---", "-x=", "@", "@@", "@nowhere.json", "n=@broken.json", "n=@deep.json", "n=", "=3", "n=NaN", "n=1e999",
    "n=99999999999999999999", "rows=[[[[", "../up.svg", "..", ".", "a\nb", "\x1b[31mred\x1b[0m", "\x07", "\t", "'", '"', "`", "$(echo)", "<script>",
    "]]>", "%s%n", "\\", "\u202e", "\u00e9", "\udcff\udcfe", "n=\udcff", "x" * 300, "y" * 5000 + ".svg", "cache", "report", "-1", "0", "1025", "1e3",
    "0x10", "+1", "99999999999999999999", "total", "total,", ",", "total,,n", "nobody", "cell.cpp", "folder", "folder.svg",
    "/dev/null", "/dev/full", "nowhere/deep/out.svg", "--display=", "--no-such", "--jobs", "-j", "-dxj", "-ix=1", "--execute=total",
    "--help=1", "--inputs=", "--json=yes", "--display-cache=-", "--display=-", "stats", "ls", "runs", "show", "view", "verify", "clear",
]


class Grammar:
    """The options that the table of the source text has."""

    def __init__(self, table_text):
        groups = {name: set(COMMANDS.findall(meaning)) for name, meaning in GROUPS.findall(table_text)}
        self.rows = [(name, letter.strip("'"), rule, value, groups.get(used) or set(COMMANDS.findall(used)))
                     for name, letter, rule, value, used in ROW.findall(table_text)]
        mend = "the table of options is written in another way now: mend the pattern"
        assert len(self.rows) == table_text.count("OptionRow{"), mend
        for name, _, rule, value, used in self.rows:
            assert used, f"{mend}: --{name}"
            assert rule == "none" or value in VALUES, f"no values to try for {value} of --{name}"

    def option(self, random, command):
        """An option of `run`, `report` or one of the cache's commands."""
        taken = {"all", command} if command in ("run", "report") else {
            "all", "cache", *(name for name, actions in CACHE_ACTIONS.items() if command in actions)}
        name, letter, rule, value_name, _ = random.choice(
            [row for row in self.rows if row[4] & taken and row[0] not in ANSWERS])
        value = random.choice(OWN_VALUES.get((command, name)) or VALUES.get(value_name, ["x"]))
        if rule == "none" or (rule == "optional" and random.random() < 0.5):
            return ["-" + letter] if letter != "0" and random.random() < 0.5 else ["--" + name]
        if rule == "optional" or random.random() < 0.5:
            return [f"--{name}={value}"]
        return ["-" + letter + value] if letter != "0" and random.random() < 0.3 else ["--" + name, value]

    def command(self, random):
        """A command line that may be right."""
        kind = random.random()
        if kind < 0.7:
            command = "run"
            words = [random.choice(["cell.cpp", "cell.cpp", "cell.cpp", "-"])]
            words += random.choice([[], [], ["-n"], ["-n"], ["-x"], ["-d", "--format", "dot"], ["-d", "--format", "html"]])
            fixed = 0
        elif kind < 0.85:
            command = "report"
            words = ["report", *random.choice([[], [], ["-o", "out.html"], ["20"]])]
            fixed = 1
        else:
            command = random.choice([action for actions in CACHE_ACTIONS.values() for action in actions])
            words = ["cache", command, *{"show": ["total"], "view": random.choice([[], ["20"]])}.get(command, [])]
            fixed = 2
        for _ in range(random.choice([0, 1, 1, 2, 3, 6])):
            at = random.randint(fixed, len(words))
            words[at:at] = self.option(random, command)
        return words


def mangled(word, random):
    characters = list(word)
    for _ in range(random.choice([1, 1, 2, 5])):
        at = random.randint(0, len(characters))
        characters[at:at + random.choice([0, 1, 1, 3])] = random.choice(
            [[], list("=-,@."), ["="], ["\n"], ["\x1b"], ["\udcff"], ["_"], [chr(random.randrange(1, 47))], ["9"] * 30])
    return "".join(characters)


def mutated(words, random):
    words = list(words)
    for _ in range(random.choice([0, 1, 1, 1, 2, 2, 4])):
        at = random.randrange(len(words)) if words else 0
        kind = random.choice(["drop", "double", "swap", "mangle", "hostile", "hostile", "join"])
        if kind == "drop" and words:
            del words[at]
        elif kind == "double" and words:
            words.insert(random.randint(0, len(words)), words[at])
        elif kind == "swap" and words:
            other = random.randrange(len(words))
            words[at], words[other] = words[other], words[at]
        elif kind == "mangle" and words:
            if "/" not in words[at]:
                words[at] = mangled(words[at], random)
        elif kind == "join" and words:
            if "/" not in words[at]:
                words[at] = words[at].split("=")[0] + "=" + random.choice(HOSTILE)
        else:
            words.insert(random.randint(0, len(words)), random.choice(HOSTILE))
    return [word.replace("\0", "") for word in words]
