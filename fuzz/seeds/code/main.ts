import { Command } from 'commander'; import yargs from 'yargs'; import express from 'express';
new Command().command('go <x>').option('-p, --port <n>', 'x', '80').action(f);
yargs(argv).command('run', 'x', (y) => y.option('name', { alias: 'n' }));
app.get(`/a/${b}`, h); export const POST = 1; parseArgs({ options: { all: { short: 'a' } } });
@Controller('x') class X { @Get(':id') y() {} }
