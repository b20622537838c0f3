"""Types that the API and its clients share."""

from pydantic import BaseModel, Field


class Credentials(BaseModel):
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    password: str = Field(min_length=12)


class Tokens(BaseModel):
    access_token: str
    refresh_token: str
    expires_in: int


class ChatRequest(BaseModel):
    message: str = Field(min_length=1, max_length=8000)


class ChatRun(BaseModel):
    id: str
    status: str
    answer: str
