/** Something outside this repository is missing; the message says what to do. */
export class Unprepared extends Error {}

/** The user or the system asked us to stop while we were still preparing. */
export class Stopped extends Error {
  constructor(status) {
    super('stopped');
    this.status = status;
  }
}
