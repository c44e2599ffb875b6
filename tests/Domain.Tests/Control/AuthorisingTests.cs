using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests.Control;

/// <summary>One command from the first call to the second person, as the control plane decides it.</summary>
public sealed class AuthorisingTests
{
    private readonly CommandStory story = new();
    private long position;

    private static CommandAuthorised Call(Command? command = null, string reason = "because") => new(
        "olivia:k1", "alpha", "olivia", null, "riskOfficer", "key1", "127.0.0.1", reason, "resumeTrading", InputJson.ToElement(command ?? new ResumeTrading()), Some.Time(0));

    private static SecondPerson By(string person, string? issuedBy = "database") => new(person, "key2", issuedBy, "127.0.0.2", "agreed");

    private string? Take((Refusal? Refusal, DomainEvent[] Events) decided)
    {
        foreach (var e in decided.Events) story.Apply(e, ++position);
        return decided.Refusal?.Code;
    }

    private void Answer(string? code, string suffix = "") =>
        story.Apply(new CommandAnswered("alpha", "olivia:k1" + suffix, "olivia", null, "resumeTrading", code is null ? "done" : "refused", code, "why"), ++position);

    private ApprovalRequested Asked()
    {
        Take(Authorising.Command(story, Call()));
        Answer(DualControl.Code);
        Take(Authorising.Ask(story, Some.Time(10), TimeSpan.FromHours(1)));
        return story.Approval!;
    }

    [Fact]
    public void A_repeat_is_not_put_on_record_again_and_other_content_is_refused()
    {
        Assert.Single(Authorising.Command(story, Call()).Events);
        Take(Authorising.Command(story, Call()));
        Assert.Equal((null, 0), (Authorising.Command(story, Call()).Refusal, Authorising.Command(story, Call()).Events.Length));
        Assert.Equal("KEY_REUSED", Take(Authorising.Command(story, Call(new HaltTrading()))));
        Assert.Equal("KEY_REUSED", Take(Authorising.Command(story, Call(reason: "another"))));
    }

    [Fact]
    public void A_second_person_is_asked_for_once_and_only_where_one_is_needed()
    {
        Take(Authorising.Command(story, Call()));
        Assert.Empty(Authorising.Ask(story, Some.Time(1), Authorising.ApprovalLife).Events);
        Answer("WRONG_STATE");
        Assert.Empty(Authorising.Ask(story, Some.Time(1), Authorising.ApprovalLife).Events);
        Answer(DualControl.Code);
        Take(Authorising.Ask(story, Some.Time(1), Authorising.ApprovalLife));
        Assert.Equal(CommandStory.ApprovalIdOf("alpha", "olivia:k1"), story.Approval!.ApprovalId);
        Assert.Empty(Authorising.Ask(story, Some.Time(2), Authorising.ApprovalLife).Events);
        Assert.False(story.Waits);
    }

    [Fact]
    public void Another_person_approves_and_the_command_goes_to_the_engine_with_both_names()
    {
        Asked();
        var (refusal, events) = Authorising.Approve(story, By("rita"), Some.Time(20));
        Assert.Null(refusal);
        Assert.Equal(("rita", "olivia", "olivia:k1+approved", "rita"),
            (((ApprovalGranted)events[0]).Actor, ((CommandAuthorised)events[1]).Actor, ((CommandAuthorised)events[1]).CommandId, ((CommandAuthorised)events[1]).Approver));
        Take((null, events));
        Assert.True(story is { Waits: true, Answer: null });
        Answer(null, CommandStory.ApprovedSuffix);
        Assert.Equal((false, "done"), (story.Waits, story.Answer!.Outcome));
        Assert.Equal((null, 0), (Authorising.Approve(story, By("rita"), Some.Time(21)).Refusal, Authorising.Approve(story, By("rita"), Some.Time(21)).Events.Length));
        Assert.Equal("APPROVAL_SETTLED", Take(Authorising.Approve(story, By("sam"), Some.Time(21))));
        Assert.Equal("APPROVAL_SETTLED", Take(Authorising.Deny(story, By("sam"), Some.Time(21))));
    }

    [Theory]
    [InlineData("olivia", "database", "SAME_PERSON")]
    [InlineData("OLIVIA", "database", "SAME_PERSON")]
    [InlineData("olivia", null, "SAME_PERSON")]
    [InlineData("oscar", "olivia", "KEY_OF_REQUESTER")]
    [InlineData("oscar", "rita", null)]
    [InlineData("oscar", null, null)]
    public void A_person_does_not_become_two_by_a_second_key_nor_by_a_name_that_he_handed_out(string person, string? issuedBy, string? code)
    {
        Asked();
        Assert.Equal(code, Take(Authorising.Approve(story, By(person, issuedBy), Some.Time(20))));
        Assert.Equal(code is null, story.Granted is not null);
    }

    [Theory]
    [InlineData(3_609, null)]
    [InlineData(3_610, "APPROVAL_EXPIRED")]
    public void An_approval_waits_its_hour_and_no_longer(int second, string? code)
    {
        Asked();
        Assert.Equal(code, Authorising.Approve(story, By("rita"), Some.Time(second)).Refusal?.Code);
        Assert.Equal(code, Authorising.Deny(story, By("rita"), Some.Time(second)).Refusal?.Code);
    }

    [Fact]
    public void What_was_denied_stays_denied()
    {
        Asked();
        Assert.Null(Take(Authorising.Deny(story, By("rita"), Some.Time(20))));
        Assert.Empty(Authorising.Deny(story, By("rita"), Some.Time(20)).Events);
        Assert.Equal("APPROVAL_SETTLED", Take(Authorising.Approve(story, By("rita"), Some.Time(20))));
    }

    [Fact]
    public void What_waits_for_nobody_cannot_be_approved()
    {
        Assert.Equal("UNKNOWN_APPROVAL", Take(Authorising.Approve(story, By("rita"), Some.Time(20))));
        Take(Authorising.Command(story, Call()));
        Assert.Equal("UNKNOWN_APPROVAL", Take(Authorising.Approve(story, By("rita"), Some.Time(20))));
    }
}
