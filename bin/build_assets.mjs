// Bundles styles and scripts into build/static and copies what they use: fonts, pictures, htmx, and
// the core of H5P's player, unmodified (THIRD-PARTY.md).
// Whole fonts for the printed page go to build/fonts.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const SOURCE = "lms/static_src";
const STATIC = "build/static";
const PAGE_FONTS = "node_modules/@fontsource/be-vietnam-pro/files";
const PRINT_FONTS = {
  "be-vietnam-pro": ["400Regular", "400Regular_Italic", "500Medium", "600SemiBold", "700Bold"],
  "noto-serif": ["400Regular", "400Regular_Italic", "700Bold"],
};

function fresh(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function named(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

async function bundle() {
  await build({
    // Fonts alone are for the player's frame.
    entryPoints: [...["main", "authoring", "fonts"].map((name) => `${SOURCE}/css/${name}.css`), ...named(`${SOURCE}/js`, ".js")],
    outbase: SOURCE,
    outdir: STATIC,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2019", "chrome79", "firefox72", "safari13"],
    external: ["../fonts/*", "../pictures/*"],
    logLevel: "warning",
  });
}

function copyPageFonts() {
  const to = fresh(`${STATIC}/fonts`);
  const styles = readFileSync(`${STATIC}/css/main.css`, "utf8");
  for (const [, name] of styles.matchAll(/url\(["']?\.\.\/fonts\/([\w.-]+)/g)) {
    cpSync(join(PAGE_FONTS, name), join(to, name));
  }
}

function copyPrintFonts() {
  const to = fresh("build/fonts");
  for (const [family, faces] of Object.entries(PRINT_FONTS)) {
    for (const face of faces) {
      const [file] = named(join("node_modules/@expo-google-fonts", family, face), ".ttf");
      cpSync(file, join(to, basename(file)));
    }
  }
}

function copyPlayerCore() {
  const from = "node_modules/h5p-standalone/dist";
  const to = join(STATIC, "h5p");
  const styles = readFileSync(join(from, "styles/h5p.css"), "utf8");
  const files = [...styles.matchAll(/url\(['"]?\.\.\/([\w./-]+)/g)].map(([, name]) => name);
  for (const name of ["frame.bundle.js", "styles/h5p.css", ...new Set(files)]) {
    cpSync(join(from, name), join(to, name));
  }
}

console.log("Building styles, scripts and fonts …");
fresh(STATIC);
await bundle();
copyPageFonts();
copyPrintFonts();
copyPlayerCore();
cpSync("node_modules/htmx.org/dist/htmx.min.js", `${STATIC}/js/htmx.min.js`);
for (const picture of named(`${SOURCE}/pictures`, ".svg")) {
  cpSync(picture, join(STATIC, "pictures", basename(picture)));
}
