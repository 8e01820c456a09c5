"""Rows of settings in which all pairs of settings occur: with seventeen settings, some sixty rows instead of millions.

Greedy, as AETG (Cohen and others, 1997): each row begins with a pair that no row has yet, and takes for each further
setting the value that brings most new pairs. So the first rows bring most.
"""

import itertools
import random

CANDIDATES = 10  # for each row


def pairs_of(row):
    """The pairs of (name, value) that a row has."""
    return {frozenset(pair) for pair in itertools.combinations(row.items(), 2)}


def all_pairs(factors, possible=lambda row: True):
    """Each pair that a row may have. `factors` is {name: values}."""
    found = set()
    for (one, its_values), (other, other_values) in itertools.combinations(factors.items(), 2):
        for value, other_value in itertools.product(its_values, other_values):
            row = {one: value, other: other_value}
            found |= pairs_of(row) if possible(row) else set()
    return found


def _candidate(factors, possible, missing, chance, begin):
    row = dict(begin)
    for name in chance.sample(list(factors), len(factors)):
        if name in row:
            continue
        values = [value for value in factors[name] if possible({**row, name: value})]
        chance.shuffle(values)
        row[name] = max(values, key=lambda value, name=name: sum(
            frozenset([(name, value), item]) in missing for item in row.items()))
    return row


def rows(factors, possible=lambda row: True, at_least=0, seed=1):
    """Complete rows. `possible(row)` judges those that have some of the names, too."""
    chance = random.Random(seed)
    missing = all_pairs(factors, possible)
    result = []
    while missing:
        begins = chance.choices(sorted(missing, key=lambda pair: sorted(map(repr, pair))), k=CANDIDATES)
        made = [_candidate(factors, possible, missing, chance, sorted(begin, key=repr)) for begin in begins]
        best = max(made, key=lambda row: len(pairs_of(row) & missing))
        missing -= pairs_of(best)
        result.append({name: best[name] for name in factors})
    while len(result) < at_least:
        row = {name: chance.choice(values) for name, values in factors.items()}
        if possible(row) and row not in result:
            result.append(row)
    return result
