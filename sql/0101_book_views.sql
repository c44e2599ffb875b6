-- What the book is worth, computed from positions, prices and rates of one place in the log.
--
-- Money is in the instrument's currency, or in the portfolio's base currency where the column's name ends in _base.
-- A value that rests on a price or rate that is not known is null, and so is each sum that it would be part of.

create view read.portfolios as
select portfolio, base_currency, venue, state, state_reason, day, day_equity, limits, policy, opened_at
  from read.portfolio_rows where side = (select live from read.projections where name = 'book');

create view read.instruments as
select i.portfolio, i.instrument, i.currency, i.multiplier, i.tick_size, i.lot_size, i.bucket, i.converts_from, p.price, p.at as price_at
  from read.instrument_rows i left join read.price_rows p using (side, portfolio, instrument)
 where i.side = (select live from read.projections where name = 'book');

-- Base currency per unit of a currency: from a pair that quotes it in base, else the inverse of one that quotes base in it.
create view read.rates as
select portfolio, base_currency as currency, 1::numeric as rate, null::text as pair, null::timestamptz as rate_at from read.portfolios
union all
select * from (
    select distinct on (portfolio, currency) portfolio, currency, rate, pair, rate_at
      from (select p.portfolio, i.converts_from as currency, i.price as rate, i.instrument as pair, i.price_at as rate_at, 1 as choice
              from read.portfolios p join read.instruments i on i.portfolio = p.portfolio and i.currency = p.base_currency
             where i.price > 0 and i.converts_from <> p.base_currency
            union all
            select p.portfolio, i.currency, round(1 / i.price, 18), i.instrument, i.price_at, 2
              from read.portfolios p join read.instruments i on i.portfolio = p.portfolio and i.converts_from = p.base_currency
             where i.price > 0 and i.currency <> p.base_currency) found
     order by portfolio, currency, choice, pair collate "C") best;

create view read.positions as
select p.portfolio, p.instrument, i.bucket, p.currency, p.quantity, coalesce(i.multiplier, 1) as multiplier, p.cost,
       case when p.quantity <> 0 then round(p.cost / p.quantity / coalesce(i.multiplier, 1), 10) end as average_price,
       i.price as last_price, i.price_at, v.market_value, v.market_value - p.cost as unrealised, p.realised, p.fees,
       b.base_currency, r.rate, round(v.market_value * r.rate, 10) as market_value_base,
       round((v.market_value - p.cost) * r.rate, 10) as unrealised_base, round(p.realised * r.rate, 10) as realised_base,
       round(p.fees * r.rate, 10) as fees_base, p.fills, p.last_fill_at, p.last_seq
  from read.position_rows p
  join read.portfolios b using (portfolio)
  left join read.instruments i using (portfolio, instrument)
  left join read.rates r on r.portfolio = p.portfolio and r.currency = p.currency
 cross join lateral (select case when p.quantity = 0 then 0 else round(p.quantity * i.price * coalesce(i.multiplier, 1), 10) end as market_value) v
 where p.side = (select live from read.projections where name = 'book');

create view read.agent_positions as
select p.portfolio, p.agent, p.instrument, p.currency, p.quantity, p.cost,
       case when p.quantity <> 0 then round(p.cost / p.quantity / coalesce(i.multiplier, 1), 10) end as average_price,
       i.price as last_price, v.market_value, v.market_value - p.cost as unrealised, p.realised, p.fees,
       b.base_currency, r.rate, round(v.market_value * r.rate, 10) as market_value_base,
       round((v.market_value - p.cost) * r.rate, 10) as unrealised_base, round(p.realised * r.rate, 10) as realised_base,
       round(p.fees * r.rate, 10) as fees_base, p.fills, p.last_fill_at, p.last_seq
  from read.agent_position_rows p
  join read.portfolios b using (portfolio)
  left join read.instruments i using (portfolio, instrument)
  left join read.rates r on r.portfolio = p.portfolio and r.currency = p.currency
 cross join lateral (select case when p.quantity = 0 then 0 else round(p.quantity * i.price * coalesce(i.multiplier, 1), 10) end as market_value) v
 where p.side = (select live from read.projections where name = 'book');

create view read.cash as
select c.portfolio, c.currency, c.balance, c.moved, c.traded, c.fees, b.base_currency, r.rate, round(c.balance * r.rate, 10) as balance_base
  from read.cash_rows c
  join read.portfolios b using (portfolio)
  left join read.rates r on r.portfolio = c.portfolio and r.currency = c.currency
 where c.side = (select live from read.projections where name = 'book');

-- Exposure is in base currency. Reserved is what open orders may still add, whichever way they go.
create view read.exposure_by_instrument as
select i.portfolio, i.bucket, i.instrument, b.base_currency, coalesce(p.quantity, 0) as quantity,
       case when p.instrument is null then 0 else p.market_value_base end as net,
       case when p.instrument is null then 0 else abs(p.market_value_base) end as gross,
       coalesce(o.reserved, 0) as reserved, coalesce(o.orders, 0) as open_orders
  from read.instruments i
  join read.portfolios b using (portfolio)
  left join read.positions p using (portfolio, instrument)
  left join (select portfolio, instrument, round(sum(open), 10) as reserved, count(*) as orders
               from read.reservation_rows where side = (select live from read.projections where name = 'book')
              group by portfolio, instrument) o using (portfolio, instrument)
 where p.quantity <> 0 or o.orders > 0;

create view read.exposure_by_bucket as
select portfolio, bucket, base_currency, case when count(*) = count(net) then sum(net) end as net,
       case when count(*) = count(gross) then sum(gross) end as gross, sum(reserved) as reserved, sum(open_orders)::bigint as open_orders
  from read.exposure_by_instrument group by portfolio, bucket, base_currency;

create view read.exposure_by_portfolio as
select b.portfolio, b.base_currency,
       case when count(e.instrument) = count(e.net) then coalesce(sum(e.net), 0) end as net,
       case when count(e.instrument) = count(e.gross) then coalesce(sum(e.gross), 0) end as gross,
       coalesce(sum(e.reserved), 0) as reserved, coalesce(sum(e.open_orders), 0)::bigint as open_orders
  from read.portfolios b left join read.exposure_by_instrument e using (portfolio) group by b.portfolio, b.base_currency;

create view read.equity as
select b.portfolio, b.base_currency, c.cash, v.positions as market_value, c.cash + v.positions as equity, b.day_equity
  from read.portfolios b
 cross join lateral (select case when count(*) = count(balance_base) then coalesce(sum(balance_base), 0) end as cash
                       from read.cash where portfolio = b.portfolio) c
 cross join lateral (select case when count(*) = count(market_value_base) then coalesce(sum(market_value_base), 0) end as positions
                       from read.positions where portfolio = b.portfolio) v;

create view read.profit_by_currency as
select portfolio, currency, sum(realised) as realised, case when count(*) = count(unrealised) then sum(unrealised) end as unrealised,
       sum(fees) as fees, case when count(*) = count(unrealised) then sum(realised + unrealised - fees) end as net, sum(fills)::bigint as fills
  from read.positions group by portfolio, currency;

create view read.profit_by_portfolio as
select b.portfolio, b.base_currency,
       case when count(p.instrument) = count(p.realised_base) then coalesce(sum(p.realised_base), 0) end as realised,
       case when count(p.instrument) = count(p.unrealised_base) then coalesce(sum(p.unrealised_base), 0) end as unrealised,
       case when count(p.instrument) = count(p.fees_base) then coalesce(sum(p.fees_base), 0) end as fees,
       case when count(p.instrument) = count(p.unrealised_base) then coalesce(sum(p.realised_base + p.unrealised_base - p.fees_base), 0) end as net,
       coalesce(sum(p.fills), 0)::bigint as fills
  from read.portfolios b left join read.positions p using (portfolio) group by b.portfolio, b.base_currency;

create view read.strategy_profit_by_currency as
select portfolio, agent, currency, sum(realised) as realised, case when count(*) = count(unrealised) then sum(unrealised) end as unrealised,
       sum(fees) as fees, case when count(*) = count(unrealised) then sum(realised + unrealised - fees) end as net, sum(fills)::bigint as fills
  from read.agent_positions group by portfolio, agent, currency;

create view read.profit_by_strategy as
select portfolio, agent, base_currency,
       case when count(*) = count(realised_base) then sum(realised_base) end as realised,
       case when count(*) = count(unrealised_base) then sum(unrealised_base) end as unrealised,
       case when count(*) = count(fees_base) then sum(fees_base) end as fees,
       case when count(*) = count(unrealised_base) then sum(realised_base + unrealised_base - fees_base) end as net,
       sum(fills)::bigint as fills
  from read.agent_positions group by portfolio, agent, base_currency;

-- agent is null for the portfolio itself. The rate is that of the day's last price.
create view read.daily_profit as
select d.portfolio, nullif(d.agent, '*') as agent, d.day, d.currency, d.realised, d.fees, d.unrealised, d.unrealised_before,
       d.realised - d.fees + d.unrealised - d.unrealised_before as net, b.base_currency, d.rate,
       round((d.realised - d.fees + d.unrealised - d.unrealised_before) * d.rate, 10) as net_base
  from read.daily_profit_rows d join read.portfolios b using (portfolio)
 where d.side = (select live from read.projections where name = 'book');
