"""What the bench runs inside the field page: each script takes its times where things happen."""

from __future__ import annotations

from server.bench.film import HEIGHT, LABEL_AT, WIDTH

# After the next frame has been painted: a message posted in its frame callback comes after it.
PAINTED = """
const painted = () => new Promise((done) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => done(performance.now());
  port2.postMessage(0);
}));
"""

# Before the page's own code: milliseconds from the start of the navigation to painted rooms.
COLD_START = f"""{{
{PAINTED}
globalThis.benchPainted = new Promise((done) => {{
  const watch = new MutationObserver(() => {{
    if (!document.querySelector('.row-room')) return;
    watch.disconnect();
    done(painted());
  }});
  watch.observe(document, {{ childList: true, subtree: true }});
}});
}}"""

# From now on, the longest time between two frames, in milliseconds.
FRAMES = """() => {
  globalThis.benchLongest = 0;
  let last = performance.now();
  const next = (now) => {
    globalThis.benchLongest = Math.max(globalThis.benchLongest, now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}"""

# From the first request for changes to a room's new name on the screen, painted.
PULLED = f"""(name) => {{
{PAINTED}
const plain = globalThis.fetch;
let started;
globalThis.fetch = (input, init) => {{
  if (String(input).endsWith('/sync/v1/pull')) started ??= performance.now();
  return plain(input, init);
}};
globalThis.benchPulled = new Promise((done) => {{
  const watch = new MutationObserver(() => {{
    const rows = [...document.querySelectorAll('.row-room')];
    if (!rows.some((row) => row.textContent.includes(name))) return;
    watch.disconnect();
    done(painted().then((now) => now - started));
  }});
  watch.observe(document, {{ childList: true, subtree: true, characterData: true }});
}});
}}"""

# Tap another grade each time: from the tap to the words that say it is saved; they differ.
SAVES = """async ([count, pause]) => {
  const times = [];
  const words = () => document.querySelector('.toast span')?.textContent ?? '';
  for (let i = 0; i < count; i += 1) {
    const grades = [...document.querySelectorAll('.grade input[type=radio]')].slice(0, 3);
    const grade = grades.filter((one) => !one.checked)[i % 2];
    await new Promise((done) => setTimeout(done, pause));
    const before = words();
    const started = performance.now();
    const saved = new Promise((done, no) => {
      const patience = setTimeout(() => no(new Error('nothing was saved')), 5000);
      const watch = new MutationObserver(() => {
        if (words() === before || words() === '') return;
        clearTimeout(patience);
        watch.disconnect();
        done(performance.now());
      });
      watch.observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    grade.click();
    times.push(await saved - started);
  }
  return times;
}"""

# Collect, for each letter that arrives in the search box, the time from the key to the paint.
KEYS = f"""() => {{
{PAINTED}
globalThis.benchKeys = [];
document.querySelector('input[type=search]').addEventListener('input', async (event) => {{
  const from = event.timeStamp;
  if (event.target.value === '') return;
  globalThis.benchKeys.push(await painted() - from);
}}, true);
}}"""

# From the first frame in which a label's white margin stands to its new row in the list, painted.
SCANS = f"""async (count) => {{
{PAINTED}
const video = document.querySelector('video');
const canvas = document.createElement('canvas');
canvas.width = canvas.height = 1;
const look = canvas.getContext('2d', {{ willReadFrequently: true }});
const rows = () => document.querySelectorAll('ol.hits > li').length;
const white = () => {{
  const across = video.videoWidth / {WIDTH};
  const down = video.videoHeight / {HEIGHT};
  look.drawImage(
    video, {LABEL_AT[0] + 8} * across, {LABEL_AT[1] + 8} * down, 16 * across, 16 * down, 0, 0, 1, 1,
  );
  return look.getImageData(0, 0, 1, 1).data[1] > 160;
}};
const frame = () => new Promise((done) => video.requestVideoFrameCallback((now) => done(now)));
const times = [];
while (times.length < count) {{
  while (white()) await frame();
  const before = rows();
  let first = await frame();
  while (!white()) first = await frame();
  let late = false;
  while (rows() === before && !late) {{
    await new Promise((done) => setTimeout(done, 4));
    late = performance.now() - first > 4000;
  }}
  times.push(await painted() - first);
}}
return times;
}}"""
