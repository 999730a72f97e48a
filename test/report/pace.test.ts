import { Pace, recentRate } from "../../src/report/pace";

const START = Date.UTC(2025, 0, 1);

it("counts users and answers by the second", () => {
  const pace = new Pace();
  pace.answered(START, 80);
  pace.sent(START, 1000);
  pace.answered(START + 2500, 120);
  expect(pace.data).toMatchObject({ users: [1000, 0, 0], answers: [1, 0, 1], answerMs: [80, 0, 120] });
});

it("stays small however long it takes, and loses nothing of the sums", () => {
  const pace = new Pace();
  for (let second = 0; second < 86_400; second += 10) {
    pace.answered(START + second * 1000, 5);
    pace.sent(START + second * 1000, 7);
  }
  const { users, answers, answerMs, stepMs } = pace.data;
  expect(users.length).toBeLessThanOrEqual(120);
  expect(users.length * stepMs).toBeGreaterThanOrEqual(86_400_000 - 10_000);
  const sum = (series: number[]) => series.reduce((all, each) => all + each, 0);
  expect([sum(users), sum(answers), sum(answerMs)]).toEqual([8640 * 7, 8640, 8640 * 5]);
});

it("goes on where it was kept", () => {
  const before = new Pace();
  before.sent(START, 10);
  const after = new Pace(JSON.parse(JSON.stringify(before.data)));
  after.sent(START + 1000, 20);
  expect(after.data.users).toEqual([10, 20]);
});

it("takes a clock that was set back", () => {
  const pace = new Pace();
  pace.sent(START, 1);
  pace.sent(START - 60_000, 1);
  expect(pace.data.users).toEqual([2]);
});

it("knows the rate lately, not that of an hour ago", () => {
  const pace = new Pace();
  for (let second = 0; second < 20; second++) pace.sent(START + second * 1000, second < 9 ? 1000 : 100);
  expect(recentRate(pace.data, START + 20_000)).toBeCloseTo(100, 0);
  expect(recentRate(pace.data, START + 3_600_000)).toBe(0);
});
