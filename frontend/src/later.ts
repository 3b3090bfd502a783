// What follows from a key without being part of it, done for many keys at once.
export class Later {
  private timer: number | undefined;

  /** `act` runs at most `after` milliseconds from the first call on: typing on does not put it off. */
  constructor(private readonly act: () => void, private readonly after: number) {}

  soon(): void {
    this.timer ??= window.setTimeout(() => this.now(), this.after);
  }

  /** Do it now if it is due. */
  now(): void {
    if (this.timer === undefined) return;
    window.clearTimeout(this.timer);
    this.timer = undefined;
    this.act();
  }
}
