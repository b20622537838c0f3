// Made from contracts/openapi.json sha256:39789c90d8550df6699d52ed7d48c2b0b8dd6315e68e47a6f780d34a05ff37fd
export interface Tokens { access_token: string; refresh_token: string; expires_in: number }
export interface ChatRun { id: string; status: string; answer: string }
