// Inside the player's frame, a document without an origin: gives the core what it needs, loads it and
// the content type in order, and speaks with the house's page (h5p-player.js) by messages.
(() => {
  const told = JSON.parse(document.getElementById("playable").textContent);
  const CONTENT = "1";
  const SUB_CONTENT = "http://h5p.org/x-api/h5p-subContentId";

  function tell(type, rest) {
    parent.postMessage({ kheo: 1, type, ...rest }, told.house);
  }

  function fail(reason) {
    tell("failed", { reason });
  }

  // --- What the core expects of a window ---------------------------------------------------------
  /** Without an origin the browser's own storage throws; this one lasts as long as the frame. */
  function memoryStorage() {
    const kept = new Map();
    const methods = {
      getItem: (key) => (kept.has(String(key)) ? kept.get(String(key)) : null),
      setItem: (key, value) => void kept.set(String(key), String(value)),
      removeItem: (key) => void kept.delete(String(key)),
      clear: () => kept.clear(),
      key: (place) => [...kept.keys()][place] ?? null,
    };
    return new Proxy(methods, {
      get: (target, key) => {
        if (key === "length") return kept.size;
        if (key in target || typeof key === "symbol") return target[key];
        return kept.has(key) ? kept.get(key) : undefined;
      },
      set: (target, key, value) => (kept.set(String(key), String(value)), true),
      has: (target, key) => kept.has(key) || key in target,
      deleteProperty: (target, key) => (kept.delete(key), true),
      ownKeys: () => [...kept.keys()],
      getOwnPropertyDescriptor: (target, key) =>
        kept.has(key)
          ? { value: kept.get(key), enumerable: true, configurable: true, writable: true }
          : undefined,
    });
  }

  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { value: memoryStorage(), configurable: true });
  }

  // No policy of a browser names calls between browsers; their way out is taken away here.
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) {
    if (name in window) Object.defineProperty(window, name, { value: undefined });
  }

  function integrate(state) {
    window.H5P = { preventInit: true };
    window.H5PIntegration = {
      baseUrl: told.house,
      url: told.base,
      urlLibraries: told.libraries,
      libraryDirectories: told.folders,
      siteUrl: told.house,
      // Captions of a film are read only with it.
      crossorigin: "anonymous",
      postUserStatistics: false,
      saveFreq: 5,
      l10n: { H5P: told.texts },
      core: { scripts: [], styles: [] },
      loadedJs: told.scripts,
      loadedCss: [],
      contents: {
        [`cid-${CONTENT}`]: {
          library: told.library,
          jsonContent: told.params,
          fullScreen: "0",
          url: `${told.house}/#${told.content}`,
          contentUrl: told.base,
          title: told.title,
          metadata: { title: told.title, license: "U", defaultLanguage: document.documentElement.lang },
          displayOptions: { frame: true, copyright: true, export: false, embed: false, icon: false },
          contentUserData: { 0: {}, ...state },
          scripts: [],
          styles: [],
        },
      },
    };
  }

  // --- Files the house's page carries in when there is no network --------------------------------
  const carried = new Map();
  const carriedAt = (address) => carried.get(address.split(/[?#]/)[0]);

  async function unpack(files) {
    const styles = [];
    for (const address of Object.keys(files)) {
      if (files[address].type.startsWith("text/css")) styles.push(address);
      else carried.set(address, URL.createObjectURL(files[address]));
    }
    for (const address of styles) {
      const text = (await files[address].text()).replace(/url\((['"]?)([^'")]+)\1\)/g, (whole, _quote, name) => {
        const url = /^data:/.test(name) ? "" : carriedAt(new URL(name, address).href);
        return url ? `url("${url}")` : whole;
      });
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = URL.createObjectURL(new Blob([text], { type: "text/css" }));
      document.head.append(link);
    }
  }

  function useCarried() {
    if (!carried.size) return;
    const original = H5P.getPath;
    H5P.getPath = (path, id) => {
      const address = original(path, id);
      return carriedAt(address) || address;
    };
  }

  // --- Loading -----------------------------------------------------------------------------------
  function load(address) {
    return new Promise((done, miss) => {
      const script = document.createElement("script");
      const timer = setTimeout(miss, told.patience);
      script.onload = () => {
        clearTimeout(timer);
        tell("progress");
        done();
      };
      script.onerror = () => {
        clearTimeout(timer);
        miss();
      };
      script.async = false;
      script.src = carriedAt(address) || address;
      document.head.append(script);
    });
  }

  /** All are asked for at once and run in order; each has its time from when the one before came. */
  async function loadAll() {
    for (const address of told.scripts) {
      if (carried.size) continue;
      const hint = document.createElement("link");
      hint.rel = "preload";
      hint.as = "script";
      hint.href = address;
      document.head.append(hint);
    }
    for (const address of told.scripts) await load(address);
  }

  // --- What is saved -----------------------------------------------------------------------------
  let isTouched = false;
  for (const name of ["pointerdown", "keydown", "change"]) {
    addEventListener(name, () => (isTouched = true), { capture: true });
  }

  /** What a type answers, or nothing where it stumbles: no reason to lose what the learner has done. */
  function ask(instance, name) {
    if (typeof instance[name] !== "function") return undefined;
    try {
      return instance[name]();
    } catch (problem) {
      console.error(problem);
      return undefined;
    }
  }

  function saveState() {
    for (const instance of H5P.instances) {
      const state = ask(instance, "getCurrentState");
      if (state !== undefined) H5P.setUserData(CONTENT, "state", state);
    }
  }

  function replaceSaving() {
    const states = H5PIntegration.contents[`cid-${CONTENT}`].contentUserData;
    const last = new Map(); // what was told of each
    for (const sub of Object.keys(states)) {
      for (const kind of Object.keys(states[sub])) last.set(`${sub}/${kind}`, states[sub][kind]);
    }
    const keep = (sub, kind, data) => {
      (states[sub] = states[sub] || {})[kind] = data;
      if (last.get(`${sub}/${kind}`) === data || !isTouched) return;
      last.set(`${sub}/${kind}`, data);
      tell("state", { sub: String(sub), kind: String(kind), data });
    };
    H5P.setUserData = (_content, kind, data, options = {}) => {
      try {
        keep(options.subContentId || 0, kind, JSON.stringify(data) ?? null);
      } catch (problem) {
        if (options.errorCallback) options.errorCallback(problem);
      }
    };
    H5P.deleteUserData = (_content, kind, sub) => keep(sub || 0, kind, null);
    H5P.setFinished = () => {};
  }

  // --- What is told of the playing ---------------------------------------------------------------
  let soon = 0;
  let finishing = 0;

  function submit(instance, statement) {
    const whole = ask(instance, "getXAPIData") || { statement };
    saveState();
    tell("done", { data: JSON.stringify(whole) });
  }

  function hear(event) {
    const verb = event.getVerb();
    const has = (...path) => Boolean(event.getVerifiedStatementValue(path));
    // A part names the whole it belongs to, or at least itself.
    const isWhole =
      !has("context", "contextActivities", "parent") && !has("object", "definition", "extensions", SUB_CONTENT);
    if (verb) tell("event", { verb: String(verb), whole: isWhole });
    clearTimeout(soon);
    soon = setTimeout(saveState, 500);
    if (!isWhole || (verb !== "completed" && verb !== "answered")) return;
    // A type may say both words of one completion; it is submitted once.
    clearTimeout(finishing);
    finishing = setTimeout(() => submit(H5P.instances[0], event.data.statement), 100);
  }

  // --- Full screen, height, keys -----------------------------------------------------------------
  let shown = null;

  /** What the core makes for the type; some give it other classes than its own. */
  function container() {
    return H5P.jQuery(".h5p-content").children().first();
  }

  function replaceFullScreen() {
    // Where a browser knows no full screen (a small iPhone), types would look for a button of the core's.
    if (H5P.fullScreenBrowserPrefix === undefined) H5P.fullScreenBrowserPrefix = "";
    H5P.fullscreenSupported = H5P.canHasFullScreen = true;
    H5P.fullScreen = H5P.semiFullScreen = ($container, instance, onExit) => {
      if (H5P.isFullscreen) return;
      shown = { $container, instance, onExit };
      tell("fullscreen", { on: true });
    };
  }

  function showFull(isOn) {
    if (Boolean(H5P.isFullscreen) === isOn || !H5P.instances.length) return;
    const what = shown || {
      $container: container(),
      instance: H5P.instances[0],
    };
    if (!isOn) shown = null;
    H5P.isFullscreen = isOn;
    H5P.exitFullScreen = isOn ? () => tell("fullscreen", { on: false }) : undefined;
    what.$container.add(document.body).toggleClass("h5p-fullscreen", isOn);
    for (const name of ["resize", "focus", isOn ? "enterFullScreen" : "exitFullScreen"]) {
      H5P.trigger(what.instance, name);
    }
    if (!isOn && what.onExit) what.onExit();
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && H5P.isFullscreen && !event.defaultPrevented) {
      tell("fullscreen", { on: false });
    }
  });

  function watchHeight() {
    const content = document.querySelector(".h5p-content");
    let last = 0;
    const measure = () => {
      const height = Math.ceil(Math.max(content.getBoundingClientRect().height, content.scrollHeight));
      if (height === last || H5P.isFullscreen) return;
      last = height;
      tell("resize", { height });
    };
    if ("ResizeObserver" in window) new ResizeObserver(measure).observe(content);
    else setInterval(measure, 500);
    let width = innerWidth;
    addEventListener("resize", () => {
      if (innerWidth === width && !H5P.isFullscreen) return;
      width = innerWidth;
      for (const instance of H5P.instances) H5P.trigger(instance, "resize");
    });
    measure();
  }

  // --- The course of things ----------------------------------------------------------------------
  let isBroken = false;

  async function play(state, files) {
    await unpack(files);
    integrate(state);
    try {
      await loadAll();
    } catch {
      return fail("script");
    }
    // The core's own way of telling its height is not heard here.
    H5P.communicator = undefined;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) H5P.jQuery.fx.off = true;
    // The core's own adds a folder for each content.
    H5P.getContentPath = () => told.base;
    useCarried();
    replaceSaving();
    replaceFullScreen();
    H5P.externalDispatcher.on("xAPI", hear);
    try {
      H5P.init(document.body);
    } catch (problem) {
      console.error(problem);
      isBroken = true;
    }
    if (isBroken || !H5P.instances[0] || !container().length) return fail("content");
    addEventListener("pagehide", saveState);
    document.addEventListener("visibilitychange", () => document.hidden && saveState());
    watchHeight();
    tell("ready");
  }

  /** As the house's page is shown: by day, by night, or as the device says. */
  function dress(theme) {
    if (/^(light|dark|system)$/.test(theme)) document.documentElement.dataset.theme = theme;
  }

  let isStarted = false;
  addEventListener("message", (event) => {
    const said = event.data;
    if (event.source !== parent || !said || said.kheo !== 1) return;
    if (said.type === "start" && !isStarted) {
      isStarted = true;
      dress(said.theme);
      play({ ...told.state, ...said.state }, said.files || {});
    }
    if (said.type === "theme") dress(said.theme);
    if (said.type === "fullscreen" && isStarted) showFull(said.on === true);
    if (said.type === "save" && H5P.instances) saveState();
  });

  tell("hello");
})();
