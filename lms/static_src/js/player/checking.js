// What a frame says is believed only in these shapes and sizes, and not too often: inside it runs
// code of uploaded packages.
const MOST_STATE = 256 * 1024;
const MOST_ANSWERS = 512 * 1024;
const MOST_WAITING = 60;
const A_SECOND = 15;

const isText = (value, most) => typeof value === "string" && value.length <= most;
const isFlag = (value) => typeof value === "boolean";

const SHAPES = {
  hello: {},
  progress: {},
  ready: {},
  failed: { reason: (value) => value === "script" || value === "content" },
  resize: { height: (value) => Number.isFinite(value) && value >= 0 },
  fullscreen: { on: isFlag },
  event: { verb: (value) => isText(value, 40) && /^[a-z-]+$/.test(value), whole: isFlag },
  state: {
    sub: (value) => isText(value, 64) && /^[\w-]+$/.test(value),
    kind: (value) => isText(value, 64) && /^[\w-]+$/.test(value),
    data: (value) => value === null || isText(value, MOST_STATE),
  },
  done: { data: (value) => isText(value, MOST_ANSWERS) },
};

/** The message, if it is one of ours and nothing more; else null. */
export function checked(said) {
  if (!said || typeof said !== "object" || said.kheo !== 1) return null;
  const shape = Object.prototype.hasOwnProperty.call(SHAPES, said.type) && SHAPES[said.type];
  if (!shape) return null;
  const names = Object.keys(said).filter((name) => name !== "kheo" && name !== "type");
  const isRight = names.length === Object.keys(shape).length && names.every((name) => shape[name] && shape[name](said[name]));
  return isRight ? said : null;
}

/** A bucket that fills slowly: true while there is room for one more message. */
export function limiter() {
  let room = MOST_WAITING;
  let last = performance.now();
  return () => {
    const now = performance.now();
    room = Math.min(MOST_WAITING, room + ((now - last) / 1000) * A_SECOND);
    last = now;
    if (room < 1) return false;
    room -= 1;
    return true;
  };
}
