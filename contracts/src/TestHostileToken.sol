// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title A token that does whatever hurts its caller most
/// @notice For tests of PayoutVault, on local chains only. Moves no money.
contract TestHostileToken {
    enum Habit {
        ReturnsNothing,
        ReturnsFalse,
        ReturnsTwo,
        ReturnsOneByte,
        Reverts,
        BurnsGas,
        ReturnsMegabytes,
        Reenters,
        UsesMuchGas
    }

    event Transfer(address indexed from, address indexed to, uint256 value);

    Habit public habit;
    /// @notice What a transfer calls back into, and how often that worked.
    address public target;
    bytes public callback;
    uint256 public gasToUse;
    uint256 public successes;
    uint256 public tries;

    function behave(Habit habit_) external {
        habit = habit_;
    }

    function useGas(uint256 gasToUse_) external {
        habit = Habit.UsesMuchGas;
        gasToUse = gasToUse_;
    }

    function reenter(address target_, bytes calldata callback_) external {
        habit = Habit.Reenters;
        target = target_;
        callback = callback_;
    }

    /// @notice Any call, with this contract as its sender: it may be the operator of a vault.
    function act(address to, bytes calldata data) external {
        (bool done,) = to.call(data);
        require(done, "the call failed");
    }

    function transfer(address to, uint256 value) external {
        Habit h = habit;
        if (h == Habit.Reverts) revert("no");
        if (h == Habit.BurnsGas) {
            while (true) {}
        }
        if (h == Habit.UsesMuchGas) {
            uint256 begin = gasleft();
            while (begin - gasleft() < gasToUse) {}
        }
        if (h == Habit.Reenters) {
            tries += 1;
            (bool done,) = target.call(callback);
            if (done) successes += 1;
        }
        emit Transfer(msg.sender, to, value);
        assembly {
            switch h
            case 1 {
                mstore(0, 0)
                return(0, 32)
            }
            case 2 {
                mstore(0, 2)
                return(0, 32)
            }
            case 3 {
                mstore8(0, 1)
                return(0, 1)
            }
            case 6 { return(0, 100000) }
        }
    }
}
