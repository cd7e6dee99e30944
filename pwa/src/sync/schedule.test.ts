import { expect, test } from "vitest";
import { FakeNetwork, FakeTimer } from "../platform/fakes";
import type { Step } from "./push";
import { backoffMs, Schedule } from "./schedule";

function begin(
  steps: Step[],
  isFree = () => true,
): {
  schedule: Schedule;
  timer: FakeTimer;
  network: FakeNetwork;
  rounds: () => number;
} {
  const timer = new FakeTimer();
  const network = new FakeNetwork();
  let rounds = 0;
  const schedule = new Schedule({
    timer,
    network,
    random: () => 1,
    alone: async (work) => {
      if (!isFree()) return false;
      await work();
      return true;
    },
    round: async () => {
      rounds += 1;
      return steps.shift() ?? "done";
    },
  });
  return { schedule, timer, network, rounds: () => rounds };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
}

test("the wait doubles with each failure, with full jitter, up to 30 s seen and 5 min hidden", () => {
  expect([1, 2, 3, 10].map((n) => backoffMs(n, true, 1))).toEqual([1000, 2000, 4000, 30_000]);
  expect(backoffMs(20, false, 1)).toBe(300_000);
  expect(backoffMs(5, true, 0)).toBe(0);
});

test("a round runs on opening and again after a minute", async () => {
  const { schedule, timer, rounds } = begin([]);
  schedule.start();
  expect(timer.fire()).toBe(0);
  await settle();
  expect(rounds()).toBe(1);
  expect(timer.waiting.map(({ ms }) => ms)).toEqual([60_000]);
});

test("Retry-After is waited for, also by a person who asks sooner", async () => {
  const { schedule, timer, network } = begin([{ stop: "later", ms: 120_000 }]);
  schedule.start();
  timer.fire();
  await settle();
  expect(timer.waiting.map(({ ms }) => ms)).toEqual([120_000]);
  network.wake();
  schedule.soon();
  expect(timer.waiting.map(({ ms }) => ms)).toEqual([120_000]);
});

test("coming back online tries at once, whatever the backoff", async () => {
  const { schedule, timer, network } = begin([{ stop: "no_signal" }]);
  schedule.start();
  timer.fire();
  await settle();
  network.wake();
  expect(timer.waiting.map(({ ms }) => ms)).toEqual([0]);
});

test("what is asked for during a round runs right after it, once", async () => {
  const { schedule, timer, rounds } = begin([]);
  schedule.start();
  timer.fire();
  schedule.soon();
  schedule.soon();
  await settle();
  expect(timer.fire()).toBe(0);
  await settle();
  expect(rounds()).toBe(2);
  expect(timer.waiting.map(({ ms }) => ms)).toEqual([60_000]);
});

test("an edit is sent at once; where nobody answered, it waits for the next try", async () => {
  const { schedule, timer, rounds } = begin(["done", { stop: "no_signal" }]);
  schedule.start();
  timer.fire();
  await settle();
  schedule.fresh();
  expect(timer.fire()).toBe(0);
  await settle();
  schedule.fresh();
  expect(timer.waiting.map(({ ms }) => ms)).toEqual([1000]);
  timer.fire();
  await settle();
  expect(rounds()).toBe(3);
  schedule.fresh();
  expect(timer.waiting.map(({ ms }) => ms)).toEqual([0]);
});

test("a tab that found another one at it tries again soon: the other may be closed", async () => {
  let free = false;
  const { schedule, timer, rounds } = begin([], () => free);
  schedule.start();
  timer.fire();
  await settle();
  expect(rounds()).toBe(0);
  expect(timer.waiting.map(({ ms }) => ms)).toEqual([2_000]);
  free = true;
  timer.fire();
  await settle();
  expect(rounds()).toBe(1);
});
