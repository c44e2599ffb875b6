using EventSourcedTrading.Domain.Brokers;

namespace EventSourcedTrading.Domain.Engine;

// Whether the broker can take orders.
public sealed partial class PortfolioEngine
{
    private void OnVenue(VenueInput input)
    {
        if (!state.HasBroker) return;
        if (input.Open && state.VenueClosedFor is not null) record.Put(new VenueOpened(state.Portfolio, state.Venue, input.Reason, input.At, input.Capabilities), null);
        else if (!input.Open && state.VenueClosedFor != input.Reason) record.Put(new VenueClosed(state.Portfolio, state.Venue, input.Reason, input.At), null);
    }
}
