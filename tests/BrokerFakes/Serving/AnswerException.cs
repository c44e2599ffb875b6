namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>A refusal whose answer a broker words in its own way.</summary>
public sealed class AnswerException(Answer answer) : Exception($"answered {answer.Status}")
{
    public Answer Answer => answer;
}
