// Made from contracts/openapi.json sha256:413e9a602b4c9896f30e082b3dfa3f1fcf9ea2c4ba90ea124a6861d868de2785
export interface Tokens { access_token: string; refresh_token: string; expires_in: number }
export interface ChatRun { id: string; status: string; answer: string }
