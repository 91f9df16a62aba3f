"""From prices to a plan: districts first, then rounds over recipients that fall short.

Every round parts some recipients into blocks that share neither people nor
money, so that blocks may be solved side by side and kept one by one. People
that several blocks could use go where the plan has them now, else where the
relaxation uses them most; what money is left is divided among the blocks. A
block is charged the price of money for what it spends, so that it leaves to
others what they use better.

The gap of a plan is the sum of what each recipient misses at the prices, of what
idle people are worth and of what unspent money is worth. Blocks grow from the
recipients that miss most, along the people they compete for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from jiedui.planning.domain.dispatch.blocks import Block, Solved, solve
from jiedui.planning.domain.dispatch.crew import Crew
from jiedui.planning.domain.dispatch.districts import Context, districts
from jiedui.planning.domain.dispatch.draft import Draft
from jiedui.planning.domain.dispatch.programme import Floats, Ints
from jiedui.planning.domain.dispatch.relaxation import PAYS, Relaxed
from jiedui.planning.domain.runs import Run

CHOICE = 40
"""Tours a recipient that a block chooses from."""
GROWN = 80
"""Recipients in a block that grew."""
FIRST_GAP, LATER_GAP = 1e-3, 4e-4
NODES = 300
EXACT, MANY_NODES = 1e-7, 100_000
TIRED = 3
"""Rounds on end without gain after which the search ends."""


class Search:
    """What the rounds need to know, counted once from the prices."""

    def __init__(self, context: Context, relaxed: Relaxed, draft: Draft, seed: int) -> None:
        self.context = context
        self.relaxed = relaxed
        self.draft = draft
        self.random = np.random.default_rng(seed)
        columns, model = context
        prices = model.programme.sound(relaxed.prices)
        reduced = model.programme.priced(prices)
        self.keen: Floats = reduced[: model.tours]
        with np.errstate(invalid="ignore"):
            limits = np.where(
                prices > 0, prices * model.programme.row_upper, prices * model.programme.row_lower
            )
        limits = np.where(prices != 0, limits, 0.0)
        count = len(columns.recipients)
        own = model.row_of >= 0
        beyond = np.where(reduced > 0, reduced * model.programme.upper, 0.0)
        self.most: Floats = np.bincount(model.row_of[own], limits[own], minlength=count).astype(
            float
        ) + np.bincount(model.of, beyond, minlength=count)
        """What each recipient could be worth at most, its people and money paid for."""
        shared = np.where(model.row_of < 0, prices, 0.0)
        self.pays: Floats = (model.programme.objective - model.programme.priced(shared))[
            : model.tours
        ]
        """What each tour pays for its expert and its money."""
        self.tried: Floats = np.zeros(count)
        usual = np.median(np.abs(self.keen)) if len(self.keen) else 0.0
        near = np.flatnonzero(self.keen > -usual / 20)
        self.near = np.unique(np.stack((columns.expert[near], columns.recipient[near])), axis=1)

    def filled(self) -> Draft:
        """The plan with what its money left can still add."""
        if self.relaxed.prices.any():
            return self.draft.filled(self.keen)
        columns = self.context.columns
        return self.draft.filled((columns.worth + columns.quality) / columns.cost)

    def missed(self) -> Floats:
        """What each recipient misses of the most it could be worth at the prices."""
        columns, chosen = self.context.columns, self.draft.chosen
        paid = np.bincount(columns.recipient[chosen], self.pays[chosen], minlength=len(self.most))
        return np.maximum(0.0, self.most - (self.draft.value - paid))

    def grown(self) -> list[Ints]:
        """Blocks of recipients around those that miss most."""
        columns = self.context.columns
        weight = self.missed() / (1.0 + self.tried) * self.random.uniform(0.5, 1.0, len(self.most))
        reached = np.unique(columns.recipient)
        free = np.zeros(len(weight), dtype=bool)
        free[reached] = True
        competes = np.zeros((len(columns.problem.experts), len(weight)), dtype=np.float32)
        competes[self.near[0], self.near[1]] = 1.0
        groups: list[Ints] = []
        while free.any():
            seed = int(np.argmax(np.where(free, weight, -1.0)))
            block, people = [seed], competes[:, seed].copy()
            free[seed] = False
            while len(block) < GROWN and free.any():
                bond = people @ competes
                score = np.where(free, (bond + 1e-3) * (weight + 1e-6), -1.0)
                best = np.argsort(-score, kind="stable")[: max(1, GROWN // 10)]
                for r in best[free[best]]:
                    block.append(int(r))
                    free[r] = False
                    people += competes[:, r]
            groups.append(np.sort(np.array(block[:GROWN])))
            free[block[GROWN:]] = True
        return groups

    def blocks(self, groups: list[Ints], *, first: bool, choice: int = CHOICE) -> list[Block]:
        """The groups with their tours to choose from and their money."""
        columns, chosen = self.context.columns, self.draft.chosen
        group = np.full(len(columns.recipients), -1)
        for g, own in enumerate(groups):
            group[own] = g
        at = group[columns.recipient]
        use = self.relaxed.use
        score = np.where(use > PAYS, use, np.minimum(0.0, self.keen)) + 2.0 * chosen
        score[self.context.model.programme.lower[: len(columns)] > 0] += 2.0
        inside = np.flatnonzero(at >= 0)
        order = inside[np.lexsort((-score[inside], columns.expert[inside]))]
        who, best = np.unique(columns.expert[order], return_index=True)
        owner = np.full(len(columns.problem.experts), -1)
        owner[who] = at[order[best]]
        fit = (at >= 0) & ((owner[columns.expert] == at) | chosen)
        spent = np.bincount(at[chosen & (at >= 0)], columns.cost[chosen & (at >= 0)], len(groups))
        left = max(0.0, self.draft.left)
        if first:
            part = np.bincount(at[inside], (use * columns.cost)[inside], len(groups))
            part = part / part.sum() if part.sum() > 0 else np.full(len(groups), 1 / len(groups))
        else:
            part = np.full(len(groups), 1 / len(groups))
        made = []
        for g, own in enumerate(groups):
            able = np.flatnonzero(fit & (at == g))
            able = able[np.argsort(-score[able], kind="stable")[: choice * len(own)]]
            tours = np.union1d(able, np.flatnonzero(chosen & (at == g)))
            people = np.zeros(len(owner), dtype=bool)
            people[columns.expert[tours]] = True
            made.append(
                Block(
                    recipients=own,
                    tours=tours,
                    now=tours[chosen[tours]],
                    elsewhere=np.flatnonzero(chosen & (at != g) & people[columns.expert]),
                    money=float(spent[g] + left * part[g]),
                    price=self.relaxed.money if len(groups) > 1 else 0.0,
                    gap=FIRST_GAP if first else LATER_GAP,
                    nodes=NODES,
                )
            )
        return made

    def keep(self, solved: Solved) -> float:
        """Take a block's choice over where it is better; the gain at the price of money."""
        block, draft = solved.block, self.draft
        cost = self.context.columns.cost
        before = float(draft.value[block.recipients].sum()) - block.price * float(
            cost[block.now].sum()
        )
        draft.put(block.recipients, solved.chosen)
        after = float(draft.value[block.recipients].sum()) - block.price * float(
            cost[solved.chosen].sum()
        )
        if after < before:
            draft.put(block.recipients, block.now)
            return 0.0
        return after - before

    def rounds(self, crew: Crew, run: Run) -> Iterator[Solved]:
        """Solve districts, then grown blocks, until the run is over or nothing is gained."""
        groups, first, idle = districts(self.context.columns), True, 0
        while groups and idle < TIRED and not run.over():
            gained = 0.0
            for solved in crew.each(solve, self.blocks(groups, first=first), run):
                gain = self.keep(solved)
                gained += gain
                if gain <= 0 or first:
                    self.tried[solved.block.recipients] += 1.0
                run.done()
                yield solved
                if run.over():
                    return
            if len(groups) == 1:
                yield from self._proof(groups[0], crew, run)
                return
            idle = 0 if gained > 1e-6 * max(1.0, self.draft.objective) else idle + 1
            self.draft = self.filled()
            groups, first = self.grown(), False

    def _proof(self, recipients: Ints, crew: Crew, run: Run) -> Iterator[Solved]:
        """All recipients in one block, with every tour that a better plan could hold.

        A plan with tour j is worth no more than the bound less what j lacks at the
        prices, so that tours which lack more than the gap are of no use.
        """
        if run.over():
            return
        (block,) = self.blocks([recipients], first=False, choice=len(self.keen))
        useful = self.keen >= self.draft.objective - self.relaxed.bound - PAYS
        tours = block.tours[useful[block.tours] | self.draft.chosen[block.tours]]
        block = replace(block, tours=tours, gap=EXACT, nodes=MANY_NODES)
        for solved in crew.each(solve, [block], run):
            self.keep(solved)
            run.done()
            yield replace(solved, whole=True)
