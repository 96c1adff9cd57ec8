"""The chat page on the public names of `assistant`: what readers see, and nothing that decides an answer.

`main` draws; `views` are the pages; templates hold all markup and escape all that they are given;
`takeaway` writes files; `feedback` keeps what readers agreed to give. Nothing here imports torch.
"""
