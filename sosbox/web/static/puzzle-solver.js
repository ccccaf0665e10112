// Solves the puzzle of sosbox/web/bursts.py, away from the page. SHA-256 (FIPS 180-4) is our own:
// browsers offer theirs only to pages that came over TLS.
const NUM_PARTS = 16;
const ZERO_BITS = 12;

const primes = [];
for (let number = 2; primes.length < 64; number++) {
  if (primes.every((prime) => number % prime)) primes.push(number);
}
const fraction = (value) => ((value - Math.floor(value)) * 2 ** 32) | 0;
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const ROUND = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));

const state = new Int32Array(8);
const words = new Int32Array(64);
const turn = (word, bits) => (word >>> bits) | (word << (32 - bits));

// One block: the first sixteen of `words`, into `state`.
function compress() {
  for (let i = 16; i < 64; i++) {
    const a = words[i - 15], b = words[i - 2];
    words[i] = words[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3))
      + words[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g))
      + ROUND[i] + words[i]) | 0;
    const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g; g = f; f = e; e = (d + one) | 0;
    d = c; c = b; b = a; a = (one + two) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

function digest(text) {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, bytes.length * 8);
  state.set(START);
  for (let offset = 0; offset < padded.length; offset += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(offset + 4 * i);
    compress();
  }
  return state.slice();
}

// The seed, a byte that counts the parts, and the number sought: 37 bytes, one block.
function solve(seed, part) {
  for (let nonce = 0; nonce < 2 ** 32; nonce++) {
    words.set(seed);
    words[8] = (part << 24) | (nonce >>> 8);
    words[9] = (nonce << 24) | (0x80 << 16);
    words.fill(0, 10, 15);
    words[15] = 37 * 8;
    state.set(START);
    compress();
    if (state[0] >>> (32 - ZERO_BITS) === 0) return nonce;
  }
  throw new Error("there is no solution");
}

onmessage = ({ data }) => {
  const seed = digest(data);
  postMessage(Array.from({ length: NUM_PARTS }, (_, part) => solve(seed, part)).join("."));
};
