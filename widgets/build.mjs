// Bundles each widget's index.ts and style.css into qaimagic/static, and prints their sizes.
import { build } from "esbuild";
import { readdirSync, existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const outdir = join(here, "..", "qaimagic", "static");
const names = readdirSync(here).filter((name) => existsSync(join(here, name, "index.ts")));

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: names.flatMap((name) => [
    { in: `./${name}/index.ts`, out: name },
    { in: `./${name}/style.css`, out: name },
  ]),
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
  logLevel: "warning",
});
for (const name of names) {
  for (const kind of ["js", "css"]) {
    const content = readFileSync(join(outdir, `${name}.${kind}`));
    const [size, packed] = [content, gzipSync(content)].map((part) => part.length / 1024);
    console.log(`${name}.${kind}: ${size.toFixed(1)} KiB, ${packed.toFixed(1)} KiB gzipped`);
  }
}
