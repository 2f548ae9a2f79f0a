/** What a process of the benchmark can be asked to do. Inputs and answers are JSON. */
export type Commands = Readonly<Record<string, (input: never) => unknown>>;

interface Question {
  id: number;
  name: string;
  input: unknown;
}

/** The side of the process that is asked: answers its parent's questions, and ends with it. */
export function serveCommands(commands: Commands): void {
  process.on('message', (message) => {
    void answer(commands, message as Question);
  });
  process.on('disconnect', () => process.exit(0));
}

async function answer(commands: Commands, { id, name, input }: Question): Promise<void> {
  try {
    const command = commands[name];
    if (command === undefined) throw new Error(`There is no command "${name}"`);
    process.send?.({ id, value: (await command(input as never)) ?? null });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
