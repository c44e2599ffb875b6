-- Where a broker is the venue: why no order may go there now, and what it takes. Both null on a simulated venue.
alter table read.portfolio_rows add column venue_closed_for text, add column venue_takes jsonb;

create or replace view read.portfolios as
select portfolio, base_currency, venue, state, state_reason, day, day_equity, limits, policy, opened_at, venue_closed_for, venue_takes
  from read.portfolio_rows where side = (select live from read.projections where name = 'book');
