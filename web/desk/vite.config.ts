import { defineConfig } from "vite";

const server = "http://127.0.0.1:8000";

export default defineConfig({
  // The server answers built files below this path; src/server/desk.rs names it too.
  base: "/desk/",
  server: {
    proxy: {
      "/graphql": { target: server, ws: true },
      "/graphiql/demo.json": server,
      "/files": server,
    },
  },
});
