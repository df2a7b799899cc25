// The provider that panva/node-oidc-provider makes, as its clients meet it.
// Prints its issuer, reads from its input what to register, and prints "ready".
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://localhost:${server.address().port}`;
  console.log(issuer);
  createInterface({ input: process.stdin }).once("line", (line) => {
    const { client, groups } = JSON.parse(line);
    const provider = new Provider(issuer, {
      clients: [{ response_types: ["code"], grant_types: ["authorization_code"], ...client }],
      claims: { openid: ["sub", "preferred_username", "groups", "auth_time"] },
      conformIdTokenClaims: false,
      cookies: { keys: ["of the tests"] },
      features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
      findAccount: (_context, id) => ({
        accountId: id,
        claims: () => ({ sub: id, preferred_username: id, groups: groups[id] ?? [] }),
      }),
      pkce: { required: () => true },
      ttl: { Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 600, IdToken: 600 },
    });
    server.on("request", provider.callback());
    console.log("ready");
  });
});
