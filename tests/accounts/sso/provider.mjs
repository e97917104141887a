// A provider for tests: the npm package `oidc-provider` with its own pages for signing in, everybody known.
import { Provider } from "oidc-provider";

const { PORT, ISSUER, CLIENT, SECRET, CALLBACK } = process.env;

const provider = new Provider(ISSUER, {
  clients: [
    {
      client_id: CLIENT,
      client_secret: SECRET,
      redirect_uris: CALLBACK.split(" "),
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  async findAccount(_context, id) {
    return {
      accountId: id,
      async claims() {
        return {
          sub: id,
          email: `${id}@sso.example`,
          email_verified: !id.startsWith("unverified"),
          name: `${id[0].toUpperCase()}${id.slice(1)} Sample`,
        };
      },
    };
  },
});

provider.listen(Number(PORT), "127.0.0.1");
