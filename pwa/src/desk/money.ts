/** Money in words: pence in, pounds out; short in a matrix, whole elsewhere, exact when opened. */

const WHOLE = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const EXACT = new Intl.NumberFormat("en-GB", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** £820, £1.6k, £22k, £1.2m: for matrix cells only. */
export function shortPounds(pence: number): string {
  const pounds = Math.round(pence / 100);
  if (pounds < 1000) return `£${pounds}`;
  if (pounds < 9950) return `£${tenths(pounds / 100)}k`;
  if (pounds < 999_500) return `£${Math.round(pounds / 1000)}k`;
  return `£${tenths(pounds / 100_000)}m`;
}

/** £31,312. */
export function wholePounds(pence: number): string {
  return signed(pence, `£${WHOLE.format(Math.round(Math.abs(pence) / 100))}`);
}

/** £31,312.40, never rounded. */
export function exactPounds(pence: number): string {
  return signed(pence, `£${EXACT.format(Math.abs(pence) / 100)}`);
}

/** 31,312 or 31,312.40: for money tables, where the heading holds the unit. */
export function plainPounds(pence: number, exact: boolean): string {
  return (exact ? exactPounds(pence) : wholePounds(pence)).replace("£", "");
}

/** 50.4: thousands with one decimal, for planner bars. */
export function thousands(pence: number): string {
  return tenths(pence / 10_000);
}

/** 110k: whole thousands, for the overhang. */
export function wholeThousands(pence: number): string {
  if (pence === 0) return "0";
  const k = Math.round(pence / 100_000);
  return k === 0 ? `${tenths(pence / 10_000)}k` : `${WHOLE.format(k)}k`;
}

/** Read "£1,850.50", "1850" or "1 850"; null when it is not an amount in pounds. */
export function readPounds(text: string): number | null {
  const bare = text.replace(/[£,\s]/g, "");
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(bare);
  if (match === null) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

function tenths(times10: number): string {
  const whole = Math.round(times10);
  return `${WHOLE.format(Math.floor(whole / 10))}.${whole % 10}`;
}

function signed(pence: number, text: string): string {
  return pence < 0 ? `−${text}` : text;
}
