"""A second article, made up, so that the clause rules are not tried on one writer alone."""

# " | " stands where one clause ends and the next begins; each line is a sentence, an empty one ends a paragraph.
MARKED = """\
HARBOUR CITY — | Mayor Iris Odum | on Tuesday flatly denied that she had ordered the sluice gates opened | before \
the June 3 flood, | calling the accusation | “a cheap invention.”

“I was not in the building. | I did not sign anything,” | Odum told reporters | at a news conference in the city hall.
“And I will not resign.”

Three people briefed on the inquiry, | who asked not to be named | because the report has not been published, | said \
the order came from the mayor’s office at 2:40 a.m., | about an hour before the river rose.
One of them, | a former engineer, | put the damage at $1,200,000.

The port authority said in a statement that its own records | “do not support” | that account, but | declined to \
comment further.
Calls to the contractor, | Hale & Sons, | were not returned | on Friday.

According to court papers filed | last month, | the firm had warned the council in 2019 that the gates were unsafe \
and | asked for repairs.
“Nobody listened,” | said Tom Hale, | its owner, | adding that he would testify | if asked.

The denial | came hours after the Gazette published an e-mail | in which an aide wrote: | “Open them now.”
Governor Lee, | speaking on the radio | later that day, | neither confirmed nor denied the report and | said the \
police would decide."""

TEXT = MARKED.replace(" | ", " ").replace("\n", " ").replace("  ", "\n\n")

# Beginnings and ends of the spans that the guideline asks for, in order.
SPANS = (
    ("Mayor Iris Odum on", "June 3 flood"),
    ("calling the accusation", "invention.”"),
    ("“I was not", "told reporters"),
    ("“And I will", "resign.”"),
    ("Three people", "2:40 a.m."),
    ("One of them", "$1,200,000"),
    ("The port authority", "that account"),
    ("declined to", "comment further"),
    ("Calls to", "returned"),
    ("According to", "for repairs"),
    ("“Nobody", "its owner"),
    ("adding that", "if asked"),
    ("the Gazette", "now.”"),
    ("Governor Lee", "denied the report"),
    ("said the police", "decide"),
)
