// Made from contracts/openapi.json sha256:19b4039bdab48274501fefd2837f05b513dfe57e6f81bd0a616a7f63d1c8db7c
export interface Tokens { access_token: string; refresh_token: string; expires_in: number }
export interface ChatRun { id: string; status: string; answer: string }
