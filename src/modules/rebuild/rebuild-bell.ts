import { Injectable } from '@nestjs/common';
import { Bell } from '../pacing/bell';

/** Strikes when a command for a rebuild was recorded in this process. */
@Injectable()
export class RebuildBell extends Bell {}
