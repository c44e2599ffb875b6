using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>Which price an order that takes liquidity is given. Limits that rest are filled by what trades, under any model.</summary>
public enum FillModel
{
    /// <summary>What is known as the order arrives, else the next price of any kind.</summary>
    Now,

    /// <summary>The far side of the first quote behind the order.</summary>
    NextQuote,

    /// <summary>The open of the first bar that begins behind the order.</summary>
    NextOpen,

    /// <summary>The close of the first bar that ends behind the order.</summary>
    NextClose,
}

/// <summary>
/// Under a model other than <see cref="FillModel.Now"/> nothing trades on arrival, an impatient order waits for the one signal that
/// the model means, and a stop that is set off works from the next such signal on.
/// </summary>
internal static class FillModels
{
    public static bool Takes(this FillModel model, Signal signal, Timestamp eligible) => model switch
    {
        FillModel.NextQuote => signal.Kind == SignalKind.Quote,
        FillModel.NextOpen => signal.Kind == SignalKind.Bar && signal.Start >= eligible,
        FillModel.NextClose => signal.Kind == SignalKind.Bar,
        _ => true,
    };
}
