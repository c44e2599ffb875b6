-- A refused intent that comes again gets its first answer, however late. Few events are refusals, so this costs next to nothing.
create index mt_events_refused_intent on events.mt_events ((data ->> 'agent'), (data ->> 'intentId'))
    where type = 'intent_refused';
