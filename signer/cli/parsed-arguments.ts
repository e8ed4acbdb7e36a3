import { BugError } from '../../shared/result.ts';

/** What the command line said, checked against the command's table and not yet given a meaning. */
export class ParsedArguments {
  readonly operands: readonly string[];
  readonly #values: ReadonlyMap<string, string>;
  readonly #lists: ReadonlyMap<string, readonly string[]>;

  constructor(
    operands: readonly string[],
    values: ReadonlyMap<string, string>,
    lists: ReadonlyMap<string, readonly string[]> = new Map(),
  ) {
    this.operands = operands;
    this.#values = values;
    this.#lists = lists;
  }

  /** The value of an option, if it was given. */
  option(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** The value of an option that the table marks as required. */
  required(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined) throw new BugError(`--${name} is not marked as required`);
    return value;
  }

  /** The operand at `index`, which the table names. */
  operand(index: number): string {
    const operand = this.operands[index];
    if (operand === undefined) throw new BugError(`operand ${index} is not in the table`);
    return operand;
  }

  /** As if this option had not been given: where a command means something else by it. */
  without(name: string): ParsedArguments {
    const values = new Map([...this.#values].filter(([given]) => given !== name));
    return new ParsedArguments(this.operands, values, this.#lists);
  }

  /** Every value of an option that the table marks as repeatable, in their order. */
  all(name: string): readonly string[] {
    return this.#lists.get(name) ?? [];
  }

  has(flag: string): boolean {
    return this.#values.has(flag);
  }
}
