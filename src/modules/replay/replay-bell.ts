import { Injectable } from '@nestjs/common';
import { Bell } from '../pacing/bell';

/** Strikes when a command for a replay was recorded in this process. */
@Injectable()
export class ReplayBell extends Bell {}
