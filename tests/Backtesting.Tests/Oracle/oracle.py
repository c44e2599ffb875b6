#!/usr/bin/env python3
"""The statistics of docs/statistics.md worked out once more, with nothing but Python's standard library.

    python3 oracle.py > statistics.json

The file holds inputs and results, so that the tests need no Python. Nothing here follows the C#: drawdowns are
found by comparing all pairs, trades are matched unit by unit, the regression is solved by its normal equations.
"""
import datetime as dt
import json
import math
import random
import statistics as st

NORMAL = st.NormalDist()
EPOCH = dt.date(1970, 1, 1)


def sharpe_shape(r, rate):
    sharpe = (st.fmean(r) - rate) / st.stdev(r)
    z = [(x - st.fmean(r)) / st.pstdev(r) for x in r]
    return sharpe, st.fmean(x ** 3 for x in z), st.fmean(x ** 4 for x in z)


def quantile(values, p):
    # statistics.quantiles(method='inclusive') is type 7 of Hyndman and Fan.
    return st.quantiles(values, n=100, method='inclusive')[round(p * 100) - 1]


def performance(days, equity, flows, market, periods, rate_year, target_year, benchmark_year):
    r = [(e - f) / b - 1 for b, e, f in zip(equity, equity[1:], flows[1:])]
    m = [b / a - 1 for a, b in zip(market, market[1:])]
    rate = (1 + rate_year) ** (1 / periods) - 1
    target = (1 + target_year) ** (1 / periods) - 1
    index = [1.0]
    for x in r:
        index.append(index[-1] * (1 + x))
    years = (days[-1] - days[0]) / 365.25
    growth = index[-1] ** (1 / years) - 1
    depth, peak, trough = max((1 - index[j] / index[i], i, j) for i in range(len(index)) for j in range(i, len(index)))
    back = next((j for j in range(trough, len(index)) if index[j] >= index[peak]), None)
    tops = [i for i in range(len(index)) if all(index[j] <= index[i] for j in range(i))]
    under = 0
    for i in tops:
        later = [j for j in range(i + 1, len(index)) if index[j] >= index[i]]
        until = later[0] if later else len(index) - 1
        if any(index[j] < index[i] for j in range(i + 1, until + 1)):
            under = max(under, days[until] - days[i])
    sharpe, skewness, kurtosis = sharpe_shape(r, rate)
    shape = 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe ** 2
    goal = benchmark_year / math.sqrt(periods)
    # Least squares by the normal equations of [1, x].
    x, y = [v - rate for v in m], [v - rate for v in r]
    n, sx, sy, sxx, sxy = len(x), sum(x), sum(y), sum(v * v for v in x), sum(a * b for a, b in zip(x, y))
    beta = (n * sxy - sx * sy) / (n * sxx - sx * sx)
    alpha = (sy - beta * sx) / n
    active = [a - b for a, b in zip(r, m)]
    error = st.stdev(active) * math.sqrt(periods)

    def tail(level):
        q = quantile(r, 1 - level)
        mu, sd = st.fmean(r), st.pstdev(r)
        z = NORMAL.inv_cdf(1 - level)
        return {'valueAtRisk': -q, 'expectedShortfall': -st.fmean(v for v in r if v <= q),
                'normalValueAtRisk': -(mu + z * sd), 'normalExpectedShortfall': -mu + sd * NORMAL.pdf(z) / (1 - level)}

    months = {}
    for day, before, after in zip(days[1:], index, index[1:]):
        key = (EPOCH + dt.timedelta(day)).strftime('%Y-%m')
        months.setdefault(key, []).append(after / before)
    return {
        'totalReturn': index[-1] - 1, 'annualGrowth': growth, 'mean': st.fmean(r), 'deviation': st.stdev(r),
        'skewness': skewness, 'kurtosis': kurtosis, 'volatility': st.stdev(r) * math.sqrt(periods),
        'sharpe': sharpe * math.sqrt(periods), 'bestDay': max(r), 'worstDay': min(r),
        'sortino': (st.fmean(r) - target) / math.sqrt(sum(min(v - target, 0) ** 2 for v in r) / len(r)) * math.sqrt(periods),
        'calmar': growth / depth, 'depth': depth, 'peak': days[peak], 'trough': days[trough],
        'recovered': None if back is None else days[back], 'longestUnderWater': under,
        'probabilisticSharpe': NORMAL.cdf((sharpe - goal) * math.sqrt(len(r) - 1) / math.sqrt(shape)),
        'minimumTrackRecord': 1 + shape * (NORMAL.inv_cdf(0.95) / (sharpe - goal)) ** 2 if sharpe > goal else None,
        'tail95': tail(0.95), 'tail99': tail(0.99), 'alpha': alpha * periods, 'beta': beta,
        'correlation': st.correlation(r, m), 'trackingError': error, 'informationRatio': st.fmean(active) * periods / error,
        'treynor': (st.fmean(r) - rate) * periods / beta, 'months': {k: math.prod(v) - 1 for k, v in months.items()},
    }


def run(seed, length, drift, risk, periods, rate, target, benchmark):
    rng = random.Random(seed)
    day = (dt.date(2019, 1, 2) - EPOCH).days
    days, equity, flows, market = [], [], [], []
    e, m = 100_000.0, 250.0
    while len(days) < length:
        if (EPOCH + dt.timedelta(day)).weekday() < 5:
            common, flow = rng.gauss(0.0003, 0.01), rng.choice([0] * 30 + [5_000, -4_000.25]) if days else 0
            if days:
                e = round(e * (1 + drift + 0.6 * common + rng.gauss(0, risk)) + flow, 2)
                m = round(m * (1 + common), 2)
            days.append(day), equity.append(e), flows.append(flow), market.append(m)
        day += 1
    given = {'periods': periods, 'rate': rate, 'target': target, 'benchmark': benchmark}
    return {'seed': seed, 'options': given, 'days': days, 'equity': equity, 'flows': flows, 'market': market,
            'expected': performance(days, equity, flows, market, periods, rate, target, benchmark)}


def trades(seed, count):
    rng = random.Random(seed)
    fills, price = [], 5_000
    for i in range(count):
        price = max(100, price + rng.randint(-120, 120))
        quantity = rng.choice([-1, 1]) * rng.randint(1, 9)
        fills.append({'minute': i * 7, 'quantity': quantity, 'cents': price, 'feeCents': abs(quantity) * rng.randint(0, 30)})
    # Unit by unit: every fill is so many single units, each with its own share of the fee.
    queue, pieces = [], {}
    for i, f in enumerate(fills):
        for _ in range(abs(f['quantity'])):
            if queue and queue[0][1] * f['quantity'] < 0:
                opened, sign = queue.pop(0)
                o = fills[opened]
                fee = o['feeCents'] / abs(o['quantity']) + f['feeCents'] / abs(f['quantity'])
                got = pieces.setdefault((i, opened), [0, 0.0])
                got[0] += sign
                got[1] += sign * (f['cents'] - o['cents']) - fee
            else:
                queue.append((i, 1 if f['quantity'] > 0 else -1))
    trips = [{'entered': fills[o]['minute'], 'exited': fills[c]['minute'], 'quantity': q, 'net': net / 100}
             for (c, o), (q, net) in pieces.items()]
    nets = [t['net'] for t in trips]
    wins, losses = [x for x in nets if x > 0], [-x for x in nets if x < 0]
    return {'seed': seed, 'fills': fills, 'trips': trips, 'open': sum(s for _, s in queue), 'expected': {
        'count': len(nets), 'wins': len(wins), 'losses': len(losses), 'net': sum(nets), 'winRate': len(wins) / len(nets),
        'profitFactor': sum(wins) / sum(losses), 'expectancy': st.fmean(nets), 'averageWin': st.fmean(wins),
        'averageLoss': st.fmean(losses), 'payoff': st.fmean(wins) / st.fmean(losses), 'largestWin': max(wins),
        'largestLoss': max(losses), 'minutes': st.fmean(t['exited'] - t['entered'] for t in trips)}}


def main():
    print(json.dumps({
        'runs': [run(11, 600, 0.0008, 0.006, 252, 0.02, 0.03, 0.5), run(12, 260, -0.0012, 0.012, 252, 0.0, 0.0, 1.0),
                 run(13, 130, 0.0015, 0.004, 365, 0.05, 0.05, 0.0)],
        'trades': [trades(21, 120), trades(22, 300)],
        'normal': [[x / 4, math.erfc(-x / 4 / math.sqrt(2)) / 2] for x in range(-80, 35)],
        'quantiles': [[p, NORMAL.inv_cdf(p)] for p in (1e-12, 1e-6, 0.001, 0.01, 0.05, 0.074, 0.076, 0.5, 0.9, 0.95, 0.975, 0.99, 0.999999)],
    }, separators=(',', ':')))


main()
